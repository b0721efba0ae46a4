import { createDb } from '@supergraph/postgres';
import { createLogger } from '@supergraph/service-kit';
import { loadRotationConfig } from './config.ts';
import { createAccountPii } from './pii/accountPii.ts';
import { rotatePii } from './pii/rotatePii.ts';

// A program of its own: `node dist/rotateKeys.js`, with DATABASE_URL_USERS and PII_KEYS in the environment.
const config = loadRotationConfig();
const log = createLogger({ service: 'users', level: config.LOG_LEVEL });
const db = createDb({ url: config.DATABASE_URL_USERS, applicationName: 'users-rotate-keys', max: 1, log });
try {
  const pii = createAccountPii(config.PII_KEYS);
  log.info({ ...(await rotatePii(db, pii)), key: pii.currentKeyId }, 'personal data is sealed with the current key');
} finally {
  await db.close();
}

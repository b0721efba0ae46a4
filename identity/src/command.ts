import { createDb } from '@supergraph/postgres';
import { createLogger, runCommand, type CommandOutcome } from '@supergraph/service-kit';
import { readFileSync } from 'node:fs';
import { createAudit } from './audit/createAudit.ts';
import { createClients } from './clients/createClients.ts';
import { createAreTold } from './command/areTold.ts';
import { parseIdentityCommand, type IdentityCommand } from './command/commandLine.ts';
import { problemText } from './command/problemText.ts';
import { runIdentityCommand } from './command/runIdentityCommand.ts';
import { loadCommandConfig } from './config.ts';
import { createSigningKeys } from './keys/signingKeys.ts';

/** `npm run identity`: what people do to the identity service by hand. */
const run = async (command: IdentityCommand): Promise<CommandOutcome> => {
  const config = loadCommandConfig();
  const log = createLogger({ service: 'identity', level: 'silent' });
  const db = createDb({ url: config.DATABASE_URL_IDENTITY, applicationName: 'identity command', max: 1, log });
  const secrets = config.IDENTITY_SECRETS;
  const audit = createAudit({ db, log });
  try {
    return await runIdentityCommand(command, {
      audit,
      clients: createClients({ db, secrets, audit, tokenSeconds: config.ACCESS_TOKEN_SECONDS }),
      keys: createSigningKeys({
        db,
        secrets,
        leadSeconds: config.KEY_LEAD_SECONDS,
        tokenSeconds: Math.max(config.ACCESS_TOKEN_SECONDS, config.ID_TOKEN_SECONDS),
      }),
      leadSeconds: config.KEY_LEAD_SECONDS,
      readFile: (path) => readFileSync(path, 'utf8'),
      areTold: createAreTold(db),
    });
  } finally {
    await db.close();
  }
};

await runCommand(parseIdentityCommand(process.argv.slice(2)), run, { problemText });

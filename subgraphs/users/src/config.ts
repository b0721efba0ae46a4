import { demoOutsideProduction, keyText, port, readConfig, secret } from '@supergraph/config';
import { baseEnvironment } from '@supergraph/subgraph-kit';
import { z } from 'zod';
import { readKeyRing } from './pii/keyRing.ts';

/** The keys of personal data: `keyid:base64 of 32 bytes,…`, the current one first; or `file:` and a path. */
const piiKeys = () =>
  keyText()
    .transform((text, context) => {
      try {
        return readKeyRing(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
        return z.NEVER;
      }
    })
    .meta({ secret: true });

/** What reaches the data: the part of the environment that the rotation of keys needs too. */
const dataEnvironment = { DATABASE_URL_USERS: secret(), PII_KEYS: piiKeys() };

export const environment = z
  .object({
    ...baseEnvironment,
    ...dataEnvironment,
    /** Ed25519, SPKI PEM, or `file:` and a path: what requests of the identity service are verified with. */
    IDENTITY_PUBLIC_KEY: keyText().optional(),
    PORT_USERS: port(4001),
    METRICS_PORT_USERS: port(9001),
  })
  .refine(...demoOutsideProduction);

export type Config = z.output<typeof environment>;

/** @throws ConfigError listing every problem of the environment. */
export const loadConfig = (): Config => readConfig(environment, process.env);

const rotationEnvironment = z.object({ ...dataEnvironment, LOG_LEVEL: baseEnvironment.LOG_LEVEL });

/** What `rotateKeys` needs. @throws ConfigError */
export const loadRotationConfig = (): z.output<typeof rotationEnvironment> =>
  readConfig(rotationEnvironment, process.env);

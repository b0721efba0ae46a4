import {
  count,
  demoOutsideProduction,
  flag,
  keyText,
  list,
  logLevel,
  nodeEnv,
  port,
  readConfig,
  secret,
  seconds,
  type Environment,
} from '@supergraph/config';
import { z } from 'zod';
import { readSecrets } from './secrets.ts';

/** `keyid:base64 of 32 bytes,…`, the current one first; or `file:` and a path. */
const secretKeys = () =>
  keyText()
    .transform((text, context) => {
      try {
        return readSecrets(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
        return z.NEVER;
      }
    })
    .meta({ secret: true });

const variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: logLevel(),
  NODE_ENV: nodeEnv(),
  PORT_IDENTITY: port(4005),
  METRICS_PORT_IDENTITY: port(9005),
  DATABASE_URL_IDENTITY: secret(),
  /** May hold a password. */
  REDIS_URL: secret(),
  KAFKA_BROKERS: list(),
  /** Copies of each Kafka partition. */
  REPLICATION_FACTOR: count(1, 1),
  NAMESPACE: z.string().default(''),
  /** `iss` of every token: the address at which clients reach us, which is the gateway's. */
  TOKEN_ISSUER: z.url().default('http://localhost:4000'),
  /** `aud` of access tokens. */
  TOKEN_AUDIENCE: z.string().default('commerce-supergraph'),
  /** The users subgraph, without a path. */
  USERS_URL: z.url().default('http://127.0.0.1:4001'),
  /** Ed25519, PKCS 8: signs requests to the users subgraph. */
  IDENTITY_PRIVATE_KEY: keyText(),
  IDENTITY_SECRETS: secretKeys(),
  ACCESS_TOKEN_SECONDS: seconds(900),
  ID_TOKEN_SECONDS: seconds(3600),
  REFRESH_TOKEN_SECONDS: seconds(604_800),
  REFRESH_GRACE_SECONDS: seconds(10),
  /** How long a new signing key is published before it signs: longer than any verifier keeps a key set. */
  KEY_LEAD_SECONDS: seconds(1800),
  /** How often one program may ask the token endpoint from one address. */
  TOKEN_REQUESTS_PER_MINUTE: count(300, 1),
  /** Who carries text messages: nobody, or the log, for trying things out. */
  SMS_PROVIDER: z.enum(['none', 'sandbox']).default('none'),
  /** The sandbox writes codes where many can read them: in production somebody has to have wanted that. */
  SMS_SANDBOX_IN_PRODUCTION: flag(false),
  /** Makes clients for the demo accounts, and fills their passwords in. */
  DEMO_DATA: flag(false),
});

export const environment = variables
  .refine(...demoOutsideProduction)
  .refine(
    ({ NODE_ENV, SMS_PROVIDER, SMS_SANDBOX_IN_PRODUCTION }) =>
      NODE_ENV !== 'production' || SMS_PROVIDER !== 'sandbox' || SMS_SANDBOX_IN_PRODUCTION,
    {
      path: ['SMS_PROVIDER'],
      message:
        'sandbox sends nothing and writes sign-in codes to the log, so it is refused in production; set none, or SMS_SANDBOX_IN_PRODUCTION=true if that is what you want',
    },
  );

export type Config = z.output<typeof environment>;

const commandEnvironment = variables.pick({
  DATABASE_URL_IDENTITY: true,
  IDENTITY_SECRETS: true,
  ACCESS_TOKEN_SECONDS: true,
  ID_TOKEN_SECONDS: true,
  KEY_LEAD_SECONDS: true,
});

/** What the command line needs. @throws ConfigError */
export const loadCommandConfig = (): z.output<typeof commandEnvironment> => readConfig(commandEnvironment, process.env);

/** @throws ConfigError listing every problem of the environment. */
export const loadConfig = (env: Environment = process.env): Config => readConfig(environment, env);

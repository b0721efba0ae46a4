import { redacted } from '@supergraph/config';
import { eventLogMigrations } from '@supergraph/eventsourcing';
import { createConsumer, createKafka } from '@supergraph/messaging';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger, createMetrics, createOps, type Lifecycle } from '@supergraph/service-kit';
import { publishEvents } from '@supergraph/subgraph-kit';
import { z } from 'zod';
import { createAccess } from './account/createAccess.ts';
import { createVisits } from './account/createVisits.ts';
import { createAccounts } from './accounts/createAccounts.ts';
import { createAudit } from './audit/createAudit.ts';
import { seedDemoClients } from './clients/seedDemoClients.ts';
import { environment, type Config } from './config.ts';
import { connectRedis } from './connectRedis.ts';
import { createHttpServer } from './createHttpServer.ts';
import { createSigningKeys, type SigningKeys } from './keys/signingKeys.ts';
import { createCurrentProvider } from './provider/currentProvider.ts';
import { createFindAccount } from './provider/createFindAccount.ts';
import { createProvider } from './provider/createProvider.ts';
import { createOAuthLimits } from './limits/createOAuthLimits.ts';
import { createRequestLimit } from './limits/createRequestLimit.ts';
import { createFactors } from './mfa/createFactors.ts';
import { createPasskeys } from './mfa/createPasskeys.ts';
import { createSetUp } from './mfa/createSetUp.ts';
import { setUpState } from './mfa/setUpState.ts';
import { createCheckPassword } from './signIn/checkPassword.ts';
import { createFactorSteps } from './signIn/createFactorSteps.ts';
import { createPendingSignIns } from './signIn/pendingSignIns.ts';
import { createProofs } from './signIn/createProofs.ts';
import { createThrottle } from './signIn/createThrottle.ts';
import { createSmsCodes } from './sms/createSmsCodes.ts';
import { createSandboxSms, type SmsSender } from './sms/smsSender.ts';
import { createAdapters } from './storage/createAdapters.ts';
import { createSealedStore } from './storage/createSealedStore.ts';
import { pruneExpired } from './storage/prune.ts';
import { createReadAccessToken } from './tokens/createReadAccessToken.ts';
import { createRevocations } from './tokens/createRevocations.ts';
import { endRights } from './tokens/endRights.ts';
import { structuredTokens } from './tokens/structuredTokens.ts';

const migrations = [eventLogMigrations, { name: 'identity', url: new URL('../migrations', import.meta.url) }];

const pruneEveryMs = 3_600_000;

/** What a running identity service shows to its tests. */
export type IdentityService = Readonly<{
  url: string;
  db: Db;
  keys: SigningKeys;
  /** Looks at the signing keys now, and not in a few seconds. */
  refreshKeys: () => Promise<void>;
}>;

/** What a test may put in the place of what is outside. */
export type IdentityParts = Readonly<{ sms?: SmsSender }>;

/** Connects, migrates, and serves until the lifecycle ends. */
export const startIdentity = async (
  config: Config,
  lifecycle: Lifecycle,
  parts: IdentityParts = {},
): Promise<IdentityService> => {
  const log = createLogger({ service: 'identity', level: config.LOG_LEVEL });
  log.info({ config: redacted(environment, config) }, 'starting');
  if (config.SMS_PROVIDER === 'sandbox')
    log.warn('text messages are not sent but written to this log, with the codes in them');
  const metrics = createMetrics('identity');
  const secrets = config.IDENTITY_SECRETS;
  const prefix = config.NAMESPACE;

  const url = config.DATABASE_URL_IDENTITY;
  const db = createDb({ url, applicationName: 'identity', log });
  lifecycle.onClose('database', db.close);
  await migrate({ url, migrations, log });
  const redis = connectRedis(config.REDIS_URL, log, lifecycle);

  if (config.DEMO_DATA) await seedDemoClients(db, secrets, config.TOKEN_ISSUER);

  const accounts = createAccounts({ url: config.USERS_URL, privateKey: config.IDENTITY_PRIVATE_KEY });
  const findAccount = createFindAccount(accounts);
  const revocations = createRevocations({ db, redis, prefix, log });
  lifecycle.onClose('revocations', revocations.stop);
  const adapter = createAdapters({
    db,
    redis,
    prefix,
    secrets,
    graceSeconds: config.REFRESH_GRACE_SECONDS,
    tokenSeconds: config.ACCESS_TOKEN_SECONDS,
  });
  const keys = createSigningKeys({
    db,
    secrets,
    leadSeconds: config.KEY_LEAD_SECONDS,
    tokenSeconds: Math.max(config.ACCESS_TOKEN_SECONDS, config.ID_TOKEN_SECONDS),
  });
  const provider = await createCurrentProvider({
    keys,
    log,
    create: (signingKeys) => {
      const made = createProvider({ config, keys: signingKeys, adapter, secrets, findAccount });
      const readAccessToken = createReadAccessToken({
        keys: signingKeys,
        issuer: config.TOKEN_ISSUER,
        audience: config.TOKEN_AUDIENCE,
      });
      made.use(structuredTokens({ provider: made, readAccessToken, revocations, findAccount }));
      // Written down with the end of the grant (storage/endGrants.ts); here only because a second is long.
      made.on('grant.revoked', () => void revocations.deliver());
      made.on('server_error', (_ctx, error) => log.error({ err: error }, 'unexpected error'));
      return made;
    },
  });
  lifecycle.onClose('signing keys', provider.stop);

  const prune = (): void =>
    void pruneExpired(db).catch((error: unknown) => log.warn({ err: error }, 'expired rows could not be removed'));
  const pruning = setInterval(prune, pruneEveryMs);
  lifecycle.onClose('pruning', () => clearInterval(pruning));

  const throttle = { redis, prefix, firstWait: 30, longestWait: 900, memory: 3600 };
  const perAddress = createThrottle({ ...throttle, kind: 'address', free: 100 });
  const checkPassword = createCheckPassword({
    accounts,
    secrets,
    perAccount: createThrottle({ ...throttle, kind: 'account', free: 5 }),
    perAddress,
  });

  const audit = createAudit({ db, log });
  lifecycle.onClose('audit', audit.settled);
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: 'identity', namespace: prefix, log });
  publishEvents({ url, db, kafka, replicationFactor: config.REPLICATION_FACTOR, metrics, log, lifecycle });

  const consumer = createConsumer({
    ...{ kafka, db, log },
    group: 'identity-rights',
    handlers: { 'user-events': { UserRolesAssigned: endRights({ tokenSeconds: config.ACCESS_TOKEN_SECONDS }) } },
  });
  consumer.start();
  lifecycle.onClose('consumer of rights', consumer.stop);

  const sender = parts.sms ?? (config.SMS_PROVIDER === 'sandbox' ? createSandboxSms(log) : null);
  const host = new URL(config.TOKEN_ISSUER).hostname;
  const smsCodes = sender === null ? null : createSmsCodes({ redis, prefix, secrets, sender, host, log });
  const store = { redis, prefix, secrets };
  const factors = createFactors({ db, secrets });
  const passkeys = createPasskeys({ db, secrets, issuer: config.TOKEN_ISSUER });
  const challenges = createSealedStore({ ...store, kind: 'challenge', schema: z.string(), lifeSeconds: 900 });
  const pending = createPendingSignIns(store);
  const perFactor = createThrottle({ ...throttle, kind: 'factor', free: 5 });
  const setUp = createSetUp({ factors, passkeys, smsCodes, throttle: perFactor });
  const proofs = createProofs({ factors, passkeys, smsCodes, pending, audit, throttle: perFactor });
  const factorSteps = createFactorSteps({ accounts, factors, setUp, proofs, pending, audit });

  const accountPage = {
    ...{ factors, setUp, audit },
    findVisit: createVisits({ provider: provider.get, accounts, factors, secrets }),
    underWay: createSealedStore({ ...store, kind: 'set-up', schema: setUpState, lifeSeconds: 900 }),
    access: createAccess(db, config.ACCESS_TOKEN_SECONDS),
    deliver: revocations.deliver,
  };

  const answerIfTooMany = createOAuthLimits({
    limit: createRequestLimit({ redis: connectRedis(config.REDIS_URL, log, lifecycle, { patient: false }), prefix }),
    tokensPerMinute: config.TOKEN_REQUESTS_PER_MINUTE,
  });

  const checks = { database: db.ping, redis: async () => void (await redis.ping()) };
  await createOps({ port: config.METRICS_PORT_IDENTITY, host: config.HOST, metrics, checks, log, lifecycle });
  const app = createHttpServer({
    config,
    provider: provider.get,
    accounts,
    secrets,
    signIn: { checkPassword, passkeys, challenges, perAddress },
    factorSteps,
    accountPage,
    audit,
    answerIfTooMany,
    checks,
    log,
    lifecycle,
  });
  const listening = await app.listen({ port: config.PORT_IDENTITY, host: config.HOST });
  lifecycle.onClose('identity server', async () => {
    await app.close();
  });
  log.info({ url: listening, issuer: config.TOKEN_ISSUER }, 'listening');
  return { url: listening, db, keys, refreshKeys: provider.refresh };
};

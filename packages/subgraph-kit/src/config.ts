import { count, flag, keyText, list, logLevel, nodeEnv, readConfig } from '@supergraph/config';
import { z } from 'zod';

/**
 * The variables that every subgraph reads; each one adds its database, its ports and what else is its own:
 * `z.object({ ...baseEnvironment, DATABASE_URL_USERS: secret(), PORT_USERS: port(4001) })`.
 */
export const baseEnvironment = {
  /** The address to bind to; 0.0.0.0 in a container. */
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: logLevel(),
  NODE_ENV: nodeEnv(),
  /** May hold a password. */
  REDIS_URL: z.string().min(1).meta({ secret: true }),
  KAFKA_BROKERS: list(),
  /** Prefix of topics, consumer groups and Redis channels, so that several installations share a cluster. */
  NAMESPACE: z.string().default(''),
  /** Ed25519, SPKI PEM, or `file:` and a path: what the gateway's viewers are verified with. */
  VIEWER_PUBLIC_KEY: keyText(),
  /** Loads demo data at start when the database is empty. */
  DEMO_DATA: flag(false),
  /** How old an event may be for which a subscriber comes back with a cursor: 7 days. */
  RESUME_WINDOW_SECONDS: count(7 * 24 * 3600, 1),
  /** Copies of each Kafka partition. */
  REPLICATION_FACTOR: count(1, 1),
};

/** What the kit itself depends on: a schema is shown to anyone who asks, except in production. */
export const introspectionByDefault = (): boolean =>
  readConfig(z.object({ NODE_ENV: nodeEnv() }), process.env).NODE_ENV !== 'production';

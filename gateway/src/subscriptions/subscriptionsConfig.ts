import { z } from 'zod';

/** The section `subscriptions` of the configuration file. */
export const subscriptionsConfig = z.strictObject({
  /** Unread events of one client; one more ends its subscription with a code and a cursor. */
  mailboxEvents: z.int().positive().default(1_000),
  /** Events of one feed that are remembered for clients that come back to this process. */
  rememberedEvents: z.int().positive().default(256),
  /** Bytes of memory that all of them take together, estimated; the oldest are forgotten first. */
  rememberedBytes: z.int().positive().default(64_000_000),
  /** How long a subgraph that is away is tried again before its subscribers are told. */
  resumeSeconds: z.number().positive().default(120),
  /** Time between signs of life to clients. */
  heartbeatSeconds: z.number().positive().default(12),
  /** Connections to clients that this process holds at once, of all transports. */
  connections: z.int().positive().default(20_000),
  /** Subscriptions of one signed-in principal to this process at once. */
  perPrincipal: z.int().positive().default(200),
  /** Operations on one WebSocket at once. */
  perConnection: z.int().positive().default(100),
  /** Root fields whose events are the same for everybody who may not even sign in; they are asked for as nobody. */
  viewerIndependent: z.array(z.string()).default([]),
});

export type SubscriptionsConfig = z.infer<typeof subscriptionsConfig>;

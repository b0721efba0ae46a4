import { count, demoOutsideProduction, port, readConfig, secret } from '@supergraph/config';
import { baseEnvironment } from '@supergraph/subgraph-kit';
import { z } from 'zod';

export const environment = z
  .object({
    ...baseEnvironment,
    DATABASE_URL_PAYMENTS: secret(),
    PORT_PAYMENTS: port(4004),
    METRICS_PORT_PAYMENTS: port(9004),
    /** How long the provider may take for one call, in milliseconds; then it is asked again, with the same key. */
    PROVIDER_TIMEOUT_MS: count(10_000, 1),
    /** Whether an authorised payment is captured at once, or by `capturePayment`. */
    CAPTURE_MODE: z.enum(['automatic', 'manual'], 'must be automatic or manual').default('automatic'),
    /** Refunds of more than this, in minor units, need a recent sign-in with two factors. */
    REFUND_STEP_UP_ABOVE: count(50_000),
    /** How many calls with the sandbox's `tok_timeout` stay without an answer, for each payment; 0 is all of them. */
    SANDBOX_UNANSWERED_CALLS: count(0),
  })
  .refine(...demoOutsideProduction);

export type Config = z.output<typeof environment>;

/** @throws ConfigError listing every problem of the environment. */
export const loadConfig = (): Config => readConfig(environment, process.env);

import { demoOutsideProduction, port, readConfig, seconds, secret } from '@supergraph/config';
import { baseEnvironment } from '@supergraph/subgraph-kit';
import { z } from 'zod';

/** The variables that orders reads. */
export const environment = z
  .object({
    ...baseEnvironment,
    DATABASE_URL_ORDERS: secret(),
    PORT_ORDERS: port(4003),
    METRICS_PORT_ORDERS: port(9003),
    /** How long an order waits for its payment before it is cancelled. */
    PAYMENT_DEADLINE_SECONDS: seconds(900),
  })
  .refine(...demoOutsideProduction);

export type Config = Readonly<z.output<typeof environment>>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export const loadConfig = (): Config => readConfig(environment, process.env);

import { demoOutsideProduction, port, readConfig, secret } from '@supergraph/config';
import { baseEnvironment } from '@supergraph/subgraph-kit';
import { z } from 'zod';

/** The variables that products reads. */
export const environment = z
  .object({
    ...baseEnvironment,
    DATABASE_URL_PRODUCTS: secret(),
    PORT_PRODUCTS: port(4002),
    METRICS_PORT_PRODUCTS: port(9002),
  })
  .refine(...demoOutsideProduction);

export type Config = z.output<typeof environment>;

/** @throws ConfigError listing every problem of the environment. */
export const loadConfig = (): Config => readConfig(environment, process.env);

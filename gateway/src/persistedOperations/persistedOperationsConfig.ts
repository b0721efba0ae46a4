import { z } from 'zod';

/** docs/persisted-operations.md explains the settings. */
export const persistedOperationsConfig = z.strictObject({
  /** Apollo's automatic persisted queries: a document is sent once, and its hash afterwards. */
  automatic: z.boolean().default(true),
  /**
   * Whether a program without a user may run what it has registered and nothing else. Without it: yes, except with
   * `--supergraph` and no database.
   */
  restrictClients: z.boolean().optional(),
});

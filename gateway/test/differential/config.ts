import { z } from 'zod';

const environment = z.object({
  DIFFERENTIAL_COUNT: z.coerce.number().int().positive().optional(),
  DIFFERENTIAL_SEED: z.coerce.number().int().nonnegative().optional(),
  DIFFERENTIAL_ENGINE: z.enum(['apollo', 'compiled']).optional(),
  DIFFERENTIAL_SUPERGRAPH: z.string().min(1).optional(),
});
const given = environment.parse(process.env);

/** What the differential tests run when it is not their usual: `npm run differential` says so. */
export const differentialConfig = {
  count: given.DIFFERENTIAL_COUNT,
  from: given.DIFFERENTIAL_SEED,
  engine: given.DIFFERENTIAL_ENGINE,
  supergraph: given.DIFFERENTIAL_SUPERGRAPH,
};

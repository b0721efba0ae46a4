import { moneySchema } from '@supergraph/money';
import { z } from 'zod';

const cause = z.object({
  userId: z.string().nullable(),
  correlationId: z.string(),
  causationId: z.string().nullable(),
  traceparent: z.string().exactOptional(),
});
const common = { key: z.string(), paymentId: z.string(), cause };

/** The payload of a durable task: what to ask of the provider, and the event that made it necessary. */
export const providerTaskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('authorize'), ...common }),
  z.object({ kind: z.literal('capture'), ...common }),
  z.object({ kind: z.literal('void'), ...common }),
  z.object({ kind: z.literal('refund'), ...common, refundId: z.string(), amount: moneySchema }),
]);

export type ProviderTask = z.infer<typeof providerTaskSchema>;
export type ProviderTaskOf<Kind extends ProviderTask['kind']> = Extract<ProviderTask, { kind: Kind }>;

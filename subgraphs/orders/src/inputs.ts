import { DomainError } from '@supergraph/errors';
import { z } from 'zod';

/** PostgreSQL's text cannot hold a NUL character. */
const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => !value.includes('\0'), 'must not contain NUL');

const placeOrderSchema = z.object({
  items: z.array(z.object({ productId: text(100), quantity: z.int() })),
  expectedTotal: z.object({ amount: z.int(), currency: text(3) }),
  paymentToken: text(500),
  shippingAddressId: text(100)
    .nullish()
    .transform((id) => id ?? null),
  idempotencyKey: text(200),
});

export type PlaceOrder = Readonly<z.output<typeof placeOrderSchema>>;

const trackingNumberSchema = text(100)
  .nullish()
  .transform((number) => number ?? null);

/** What a client wants to order, in the shape and field order that its idempotency hash is taken of. */
export const readPlaceOrder = (input: unknown): PlaceOrder => read(placeOrderSchema, input);

export const readTrackingNumber = (input: unknown): string | null => read(trackingNumberSchema, input);

/** @throws DomainError BAD_USER_INPUT naming every field that does not fit; the values are not repeated. */
function read<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new DomainError('BAD_USER_INPUT', 'The input does not fit.', {
    problems: parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')),
  });
}

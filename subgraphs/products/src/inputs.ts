import { DomainError } from '@supergraph/errors';
import { largestAmount, moneySchema } from '@supergraph/money';
import { z } from 'zod';
import { isSku, isSlug } from './text.ts';

/** Text that PostgreSQL can hold (it knows no NUL), without blanks around it. */
const text = (least: number, most: number) =>
  z
    .string()
    .trim()
    .min(least, least === 1 ? 'must not be empty' : `must have at least ${least} characters`)
    .max(most, `must have at most ${most} characters`)
    .refine((value) => !value.includes('\0'), 'must not contain the character NUL');

const sku = z.string().refine(isSku, 'must be capital letters, digits and hyphens, at most 40');
const slug = z.string().refine(isSlug, 'must be small letters, digits and hyphens, at most 60');
const name = text(1, 200);
const description = text(0, 5_000);
const price = moneySchema.refine(({ amount }) => amount >= 0, 'must not be negative');

/** GraphQL says null for "left out" too. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema.optional());

export const createProductInput = z.object({
  sku,
  name,
  description,
  category: slug,
  price,
  stock: z.int().min(0, 'must not be negative').max(largestAmount),
  active: z.boolean(),
});

export const updateProductInput = z.object({
  id: z.string(),
  name: optional(name),
  description: optional(description),
  category: optional(slug),
  active: optional(z.boolean()),
});

export const changePriceInput = z.object({ id: z.string(), price });

export const adjustStockInput = z.object({
  id: z.string(),
  delta: z.int().refine((delta) => delta !== 0, 'must not be 0'),
  reason: text(1, 500),
  idempotencyKey: text(1, 100),
});

export const createCategoryInput = z.object({ slug, name: text(1, 100), parent: optional(slug) });

/**
 * Reads what a client sent.
 *
 * @throws DomainError BAD_USER_INPUT naming every field that does not fit
 */
export const readInput = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new DomainError('BAD_USER_INPUT', 'The input does not fit.', { problems });
};

import { z } from 'zod';
import type { ProductSort } from './generated/graphql.ts';

/** What a list is sorted by: text or a number. */
export type SortKey = string | number;

/** How a list is sorted: by a key and then by id, so that the place of every product is its own. */
export type Sorting = Readonly<{
  /** The SQL of the key; `$search` stands for the search query. */
  key: string;
  /** The PostgreSQL type of the key, for its way back out of a cursor. */
  type: 'text' | 'bigint' | 'float8';
  direction: 'ASC' | 'DESC';
}>;

/** Every order of products. NEWEST goes by arrival: a time could be the same for two. */
export const sortings: Readonly<Record<ProductSort, Sorting>> = {
  RELEVANCE: { key: 'ts_rank(search, $search)::float8', type: 'float8', direction: 'DESC' },
  NAME: { key: 'sort_name', type: 'text', direction: 'ASC' },
  PRICE_ASC: { key: 'price_amount', type: 'bigint', direction: 'ASC' },
  PRICE_DESC: { key: 'price_amount', type: 'bigint', direction: 'DESC' },
  NEWEST: { key: 'added', type: 'bigint', direction: 'DESC' },
};

/** The order that a list has: the one asked for, else the best for what is asked. Without a search nothing is relevant. */
export const sortOf = (asked: ProductSort | null | undefined, searches: boolean): ProductSort =>
  asked === null || asked === undefined || asked === 'RELEVANCE' ? (searches ? 'RELEVANCE' : 'NEWEST') : asked;

const keySchemas = {
  text: z.string().refine((key) => !key.includes('\0')),
  bigint: z.int(),
  float8: z.number(),
} as const;

/** What a cursor of a list in this order holds: the order, the key and the id. A cursor of another order does not fit. */
export const placeSchema = (sort: ProductSort) =>
  z.tuple([z.literal(sort), z.union([keySchemas[sortings[sort].type]]), z.uuid()]);

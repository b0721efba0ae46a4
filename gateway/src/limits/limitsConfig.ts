import { z } from 'zod';

const count = z.int().positive();

/** What a request may be at most. docs/configuration.md has the table; a test compares the two. */
export const limitsConfig = z.strictObject({
  /** The body of a request, and a message on a WebSocket. */
  bodyBytes: count.default(1024 * 1024),
  /** Words and signs of a document; parsing stops there. */
  tokens: count.default(15_000),
  /** Fields within fields. */
  depth: count.default(30),
  /** Fields under another name, fragments counted wherever they are used. */
  aliases: count.default(50),
  /** Fields of Query or Mutation. */
  rootFields: count.default(50),
  /** Operations in one request; 1 takes no lists. */
  batchSize: count.default(1),
  /** The cost of an operation: by default what a quota pays in an hour (10,000 points). */
  cost: count.default(1_000_000),
  /** How long Apollo's planner, which plans what Hive's cannot, may take for one operation; others wait behind it. */
  planningSeconds: count.default(10),
});

export type LimitsConfig = z.infer<typeof limitsConfig>;

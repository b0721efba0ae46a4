import { buildSchema, graphql } from 'graphql';
import { z } from 'zod';
import { mergedSdl } from './shopSchemas.ts';
import { newReview, products, topProducts, users } from './shopData.ts';

const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() });

const merged = buildSchema(mergedSdl);
const rootValue = {
  users,
  topProducts: ({ first }: { first: number }) => topProducts.slice(0, first),
  catalogue: ({ first }: { first: number }) => products.slice(0, first),
  addReview: ({ upc, body }: { upc: string; body: string }) => newReview(upc, body),
};

/**
 * What a body must be answered with: graphql-js over one schema with all the data.
 *
 * @throws when the operation itself is wrong
 */
export async function expectedAnswer(body: string): Promise<{ data: unknown }> {
  const { query, variables } = request.parse(JSON.parse(body));
  const { data, errors } = await graphql({
    schema: merged,
    source: query,
    rootValue,
    ...(variables && { variableValues: variables }),
  });
  if (errors?.[0] !== undefined) throw errors[0];
  return { data: JSON.parse(JSON.stringify(data)) as unknown };
}

import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type GraphQLSchema } from 'graphql';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { newReview, products, shippingEstimate, topProducts, users } from './shopData.ts';
import { subgraphNames, subgraphSdl, type SubgraphName } from './shopSchemas.ts';
import { recordingPauseMs, type Fetch } from './subgraphStats.ts';

/**
 * The four subgraphs in one process, a port each. The arguments are the ports. An answer is remembered by the request's
 * body, so that a subgraph costs next to nothing and the gateway is what is measured.
 */
const request = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

const userOf = ({ id }: { id: string }) => users.find((user) => user.id === id) ?? null;
const productOf = ({ upc }: { upc: string }) => products[Number(upc) - 1] ?? null;
type Estimated = { upc: string; price?: number | null; weight?: number | null };

const resolvers = {
  accounts: { Query: { users: () => users }, User: { __resolveReference: userOf } },
  products: {
    Query: {
      topProducts: (_: unknown, { first }: { first: number }) => topProducts.slice(0, first),
      catalogue: (_: unknown, { first }: { first: number }) => products.slice(0, first),
    },
    Product: { __resolveReference: productOf },
  },
  inventory: {
    Product: {
      // Price and weight are what the gateway says, so that a wrong @requires is a wrong answer.
      __resolveReference: (sent: Estimated) => ({ ...productOf(sent), price: sent.price, weight: sent.weight }),
      shippingEstimate: ({ price, weight }: Estimated) =>
        price == null || weight == null ? null : shippingEstimate(price, weight),
    },
  },
  reviews: {
    Mutation: {
      addReview: (_: unknown, { upc, body }: { upc: string; body: string }) => newReview(upc, body),
    },
    User: { __resolveReference: userOf },
    Product: { __resolveReference: productOf },
  },
};

const schemas = Object.fromEntries(
  subgraphNames.map((name) => [
    name,
    buildSubgraphSchema([{ typeDefs: parse(subgraphSdl[name]), resolvers: resolvers[name] as never }]),
  ]),
) as Record<SubgraphName, GraphQLSchema>;

let fetches = 0;
let recorded: Fetch[] | undefined;
const remembered = new Map<string, Buffer>();

const answer = async (name: SubgraphName, body: string): Promise<Buffer> => {
  const key = name + body;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const { query, variables, operationName } = request.parse(JSON.parse(body));
  const result = await execute({
    schema: schemas[name],
    document: parse(query),
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  if (result.errors !== undefined) console.error(`${name}: ${result.errors.join('; ')}\n${body.slice(0, 2_000)}`);
  const made = Buffer.from(JSON.stringify(result));
  if (remembered.size < 10_000) remembered.set(key, made);
  return made;
};

const textOf = (message: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(Buffer.concat(chunks).toString()));
    message.on('error', reject);
  });

const serve = async (name: SubgraphName, message: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (message.method === 'GET') {
    // The benchmark asks: /stats says what arrived, /record begins to write it down.
    if (message.url === '/record') recorded = [];
    response.end(JSON.stringify({ fetches, recorded: recorded ?? [] }));
    if (message.url === '/stats') recorded = undefined;
    return;
  }
  fetches += 1;
  const body = await textOf(message);
  const record = recorded && { subgraph: name, body, began: performance.now(), ended: 0 };
  if (record !== undefined) {
    recorded?.push(record);
    await pause(recordingPauseMs);
  }
  const made = await answer(name, body);
  if (record !== undefined) record.ended = performance.now();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': made.length });
  response.end(made);
};

process.argv.slice(2).forEach((port, nth) => {
  const name = subgraphNames[nth];
  if (name === undefined) throw new Error('There are more ports than subgraphs.');
  const server = createServer((message, response) => {
    serve(name, message, response).catch((error: unknown) => {
      console.error(`${name}:`, error);
      response.writeHead(500).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(Number(port), '127.0.0.1');
});
// It must not outlive the benchmark, not even one that was killed.
process.stdin.on('end', () => process.exit(0)).resume();

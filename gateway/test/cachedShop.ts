import { anonymous, can, principalSchema, userIdOf, type Principal } from '@supergraph/auth';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { startFakeSubgraph, type FakeSubgraph } from './fakeSubgraph.ts';

const head = (...imports: string[]) => `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(['@key', '@composeDirective', ...imports])})
  @link(url: "https://commerce-supergraph.dev/cacheControl/v1.0", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean, permissions: [String!])
  on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum cacheControl__Scope { PUBLIC PRIVATE }`;

const catalogSdl = `${head()}
type Query {
  product(id: ID!): Product @cacheControl(maxAge: 60, permissions: ["product:write"])
  products(maxPrice: Int): [Product!]! @cacheControl(maxAge: 60, permissions: ["product:write"])
  short: Product @cacheControl(maxAge: 1)
  me: Account @cacheControl(maxAge: 60, scope: PRIVATE)
  uncached: Product @cacheControl(maxAge: 0)
  broken: Product @cacheControl
  orders: [Order!]!
  things: [Thing!]! @cacheControl(maxAge: 60, permissions: ["product:write"])
}
type Mutation { changePrice(id: ID!, price: Int!): Product  removeProduct(id: ID!): Product }
interface Thing { name: String! }
type Product implements Thing @key(fields: "id") @cacheControl(maxAge: 60, permissions: ["product:write"]) {
  id: ID!  name: String!  price: Int!  maker: Maker @cacheControl(inheritMaxAge: true)
}
type Gift implements Thing @key(fields: "code") @cacheControl(maxAge: 60) {
  code: ID!  name: String!  note(lang: String = "en"): String  secret: String @cacheControl(maxAge: 0)
}
type Maker { name: String!  country: String! }
type Account @cacheControl(maxAge: 60, scope: PRIVATE) { id: ID!  email: String }
type Order { id: ID!  items: [Product!]! }`;

const warehouseSdl = `${head('@external', '@requires')}
type Product @key(fields: "id") @cacheControl(maxAge: 60, permissions: ["product:write"]) {
  id: ID!  stock: Int!  place(unit: String = "m"): String  location: Location @cacheControl(inheritMaxAge: true)
  price: Int! @external  insured: Int! @requires(fields: "price")
}
type Location { hall: Int!  shelf: Int! }`;

const contextShape = z.object({ headers: z.object({ 'x-viewer': z.string().optional() }) });

type Row = { __typename: 'Product'; id: string; name: string; price: number; maker: object; hidden: boolean };

/** Somewhere in the middle of a fetch: what waits there goes on when it is opened. */
export type Gate = Readonly<{
  close: () => void;
  open: () => void;
  /** Resolves when as many wait. */
  reached: (count?: number) => Promise<void>;
  pass: () => Promise<void>;
}>;

const createGate = (): Gate => {
  let waiting: (() => void)[] = [];
  let closed = false;
  return {
    close: () => {
      closed = true;
    },
    open: () => {
      closed = false;
      for (const go of waiting) go();
      waiting = [];
    },
    reached: async (count = 1) => {
      while (waiting.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    pass: () => (closed ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
};

export type CachedShop = Readonly<{
  subgraphs: Readonly<Record<'catalog' | 'warehouse', FakeSubgraph>>;
  products: Map<string, Row>;
  stock: Map<string, number>;
  /** After a subgraph has read what it will answer. */
  gate: Gate;
  /** Requests to subgraphs since the last call. */
  fetches: () => number;
  close: () => Promise<void>;
}>;

/** Two subgraphs with hints, whose data a test changes, and whose answers it can hold back. */
export const startCachedShop = async (): Promise<CachedShop> => {
  const products = new Map<string, Row>();
  const stock = new Map<string, number>();
  for (let number = 1; number <= 6; number++) {
    const id = `p${number}`;
    products.set(id, {
      __typename: 'Product',
      id,
      name: `Product ${number}`,
      price: number * 100,
      maker: { name: 'ACME', country: 'NL' },
      hidden: number === 6,
    });
    stock.set(id, number);
  }
  const gate = createGate();
  const viewerOf = (context: unknown): Principal => {
    const token = contextShape.parse(context).headers['x-viewer'];
    return token === undefined ? anonymous : principalSchema.parse(decodeJwt(token)['viewer']);
  };
  const shown = (row: Row | undefined, context: unknown): Row | null =>
    row !== undefined && (!row.hidden || can(viewerOf(context), 'product:write')) ? row : null;
  const held = async <Value>(value: Value): Promise<Value> => {
    const read = structuredClone(value);
    await gate.pass();
    return read;
  };

  const gift = { __typename: 'Gift', code: 'g1', name: 'A surprise', secret: 's' };

  const catalog = await startFakeSubgraph(catalogSdl, {
    Query: {
      product: (_: unknown, { id }: { id: string }, context: unknown) => held(shown(products.get(id), context)),
      products: (_: unknown, { maxPrice }: { maxPrice?: number }, context: unknown) =>
        held([...products.values()].filter((row) => shown(row, context) && row.price <= (maxPrice ?? Infinity))),
      short: () => held(products.get('p1')),
      me: (_: unknown, _args: unknown, context: unknown) => {
        const id = userIdOf(viewerOf(context));
        return held(id === null ? null : { id, email: `${id}@example.com` });
      },
      uncached: () => products.get('p1'),
      broken: () => {
        throw new Error('broken');
      },
      orders: () => [{ id: 'o1', items: ['p1', 'p2', 'p3'].map((id) => products.get(id)) }],
      things: (_: unknown, _args: unknown, context: unknown) =>
        held([...[...products.values()].filter((row) => shown(row, context)), gift]),
    },
    Mutation: {
      changePrice: (_: unknown, { id, price }: { id: string; price: number }) => {
        const row = products.get(id);
        if (row) row.price = price;
        return row ?? null;
      },
    },
    Product: { __resolveReference: ({ id }: Row, context: unknown) => held(shown(products.get(id), context)) },
    Gift: {
      __resolveReference: () => held(gift),
      note: (_: unknown, { lang }: { lang: string }) => `a note in ${lang}`,
    },
  });
  const warehouse = await startFakeSubgraph(warehouseSdl, {
    Product: {
      __resolveReference: (reference: { id: string; price?: number }) =>
        held({
          ...reference,
          stock: stock.get(reference.id) ?? 0,
          location: { hall: 1, shelf: 2 },
          insured: (reference.price ?? 0) * 2,
        }),
      place: ({ id }: Row, { unit }: { unit: string }) => `${id} in ${unit}`,
    },
  });
  let counted = 0;
  return {
    subgraphs: { catalog, warehouse },
    products,
    stock,
    gate,
    fetches: () => {
      const all = catalog.requests.length + warehouse.requests.length;
      const since = all - counted;
      counted = all;
      return since;
    },
    close: async () => {
      gate.open();
      await catalog.close();
      await warehouse.close();
    },
  };
};

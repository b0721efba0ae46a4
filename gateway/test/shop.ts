import { createMailbox, type EventStream, type Mailbox } from './mailbox.ts';
import { startFakeSubgraph, type FakeSubgraph } from './fakeSubgraph.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

export const accountsSdl = `${link}
type Query { user(id: ID!): User  users: [User!]!  boom: String  forbidden: String  secretive: String }
type Mutation { rename(id: ID!, name: String!): User }
type User @key(fields: "id") { id: ID!  name: String!  nickname: String  unlucky: String }`;

export const ordersSdl = `${link}
type Query { order(id: ID!): Order  orders: [Order!]! }
type Subscription { orderEvents(orderId: ID): OrderEvent!  refusedEvents: OrderEvent! }
type OrderEvent { id: ID!  type: String!  order: Order! }
type Order @key(fields: "id") { id: ID!  total: Int!  customer: User!  note: String! }
type User @key(fields: "id") { id: ID!  orders: [Order!]! }`;

const names: Record<string, string> = { u1: 'Ada', u2: 'Grace' };
const order = (id: string) => ({
  id,
  total: Number(id.slice(1)) * 100,
  customer: { __typename: 'User', id: id === 'o2' ? 'u2' : 'u1' },
});
const coded = (message: string, code: string) =>
  Object.assign(new Error(message), { extensions: { code, category: 'FORBIDDEN' } });

type OrderEvent = { id: string; type: string; order: ReturnType<typeof order> };

/** Two subgraphs whose entities cross: orders have customers, users have orders; orders push events. */
export const startShop = async (): Promise<Shop> => {
  const readers = new Set<Mailbox<{ orderEvents: OrderEvent }>>();
  const follow = (): EventStream<{ orderEvents: OrderEvent }> => {
    const mailbox = createMailbox<{ orderEvents: OrderEvent }>({
      capacity: 100,
      overflow: () => new Error('full'),
      onEnd: () => readers.delete(mailbox),
    });
    readers.add(mailbox);
    return mailbox.stream;
  };

  const started: FakeSubgraph[] = [];
  const startAccounts = async (port?: number) => {
    const accounts = await startFakeSubgraph(
      accountsSdl,
      {
        Query: {
          user: (_: unknown, { id }: { id: string }) => (names[id] ? { id, name: names[id] } : null),
          users: () => Object.entries(names).map(([id, name]) => ({ id, name })),
          boom: () => Promise.reject(new Error('a bug inside')),
          forbidden: () => Promise.reject(coded('Not yours.', 'FORBIDDEN')),
          secretive: () =>
            Promise.reject(
              Object.assign(new Error('x'), {
                extensions: { code: 'FORBIDDEN', http: { status: 418 }, stacktrace: ['at /srv/x.ts'] },
              }),
            ),
        },
        Mutation: { rename: (_: unknown, given: { id: string; name: string }) => given },
        User: {
          unlucky: () => Promise.reject(coded('Bad luck.', 'FORBIDDEN')),
          __resolveReference: ({ id }: { id: string }) => (names[id] ? { id, name: names[id] } : null),
        },
      },
      port,
    );
    started.push(accounts);
    return accounts;
  };
  const orders = await startFakeSubgraph(ordersSdl, {
    Query: { order: (_: unknown, { id }: { id: string }) => order(id), orders: () => [order('o1'), order('o2')] },
    Subscription: {
      orderEvents: { subscribe: follow },
      refusedEvents: { subscribe: () => Promise.reject(coded('Not yours.', 'FORBIDDEN')) },
    },
    Order: { __resolveReference: ({ id }: { id: string }) => order(id) },
    User: {
      orders: ({ id }: { id: string }) => [order('o1'), order('o2')].filter(({ customer }) => customer.id === id),
    },
  });
  const accounts = await startAccounts();

  return {
    accounts,
    orders,
    publish: (id, orderId, type = 'PLACED') =>
      readers.forEach((reader) => reader.push({ orderEvents: { id, type, order: order(orderId) } })),
    followers: () => readers.size,
    restartAccounts: () => startAccounts(Number(new URL(accounts.url).port)),
    close: async () => {
      await Promise.all([orders, ...started].map((subgraph) => subgraph.close()));
    },
  };
};

export type Shop = Readonly<{
  accounts: FakeSubgraph;
  orders: FakeSubgraph;
  publish: (id: string, orderId: string, type?: string) => void;
  followers: () => number;
  restartAccounts: () => Promise<FakeSubgraph>;
  close: () => Promise<void>;
}>;

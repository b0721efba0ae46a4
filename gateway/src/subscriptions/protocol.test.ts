import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { createTokens } from '../../test/createTokens.ts';
import { startFakeSubgraph, type FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { connectWire, type WireClient } from '../../test/wire.ts';
import { closeOf, wireClients } from '../../test/wireClients.ts';
import { closeCodes } from './closeCodes.ts';

/** graphql-transport-ws by its PROTOCOL.md, message by message: https://github.com/enisdenjo/graphql-ws. */
let shop: Shop;
let orders: CursorSubgraph;
let counting: FakeSubgraph;
let tokens: Awaited<ReturnType<typeof createTokens>>;
let gateway: TestGateway;
let supergraph: string;
const answers: (() => void)[] = [];
const connectTo = wireClients(() => orders.followers());

const query = 'subscription { orderEvents { id } }';

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  counting = await startFakeSubgraph('type Query { slow(n: Int!): Int }  type Subscription { countdown: Int! }', {
    Query: { slow: () => new Promise((resolve) => answers.push(() => resolve(1))) },
    Subscription: {
      countdown: {
        subscribe: async function* () {
          for (const countdown of [2, 1]) yield { countdown };
        },
      },
    },
  });
  tokens = await createTokens();
  supergraph = composed({ accounts: shop.accounts, orders, counting });
  gateway = await startTestGateway(supergraph, { authentication: tokens.authentication });
});
afterAll(async () => {
  for (const answer of answers) answer();
  await gateway.close();
  await orders.stop();
  await counting.close();
  await shop.close();
});

const connect = (params: object = {}): Promise<WireClient> => connectTo(gateway.url, params);
/** A socket on which nothing was said yet. */
const raw = async (protocol: string | null = 'graphql-transport-ws') => {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, protocol ?? []);
  const messages: unknown[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve).once('close', resolve));
  return { socket, messages, closed, send: (message: unknown) => socket.send(JSON.stringify(message)) };
};
const as = ({ code, reason }: Readonly<{ code: number; reason: string }>) => ({ code, reason });
const ofOperation = ({ messages }: WireClient, id: string) => messages.filter((message) => message.id === id);

describe('a socket is closed', () => {
  const { badMessage, unauthorized, tooManyInits, subscriberExists, subprotocol, initTimeout } = closeCodes;

  test.each([
    ['is no JSON', 'no JSON'],
    ['is no object', '"ping"'],
    ['is a list', '[]'],
    ['has no type', '{}'],
    ['has a type that nobody knows', '{"type":"start","id":"1","payload":{}}'],
    ['has a payload that is none', '{"type":"ping","payload":"x"}'],
    ['subscribes without an id', '{"type":"subscribe","payload":{"query":"{ users { name } }"}}'],
    ['subscribes with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ users { name } }"}}'],
    ['subscribes to nothing', '{"type":"subscribe","id":"1"}'],
    ['subscribes without a query', '{"type":"subscribe","id":"1","payload":{}}'],
    [
      'subscribes with variables that are none',
      '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":1}}',
    ],
    ['completes nothing', '{"type":"complete"}'],
    ['only a server sends: connection_ack', '{"type":"connection_ack"}'],
    ['only a server sends: next', '{"type":"next","id":"1","payload":{"data":{}}}'],
    ['only a server sends: error', '{"type":"error","id":"1","payload":[{"message":"x"}]}'],
  ])('with 4400 for a message that %s', async (_, message) => {
    const client = await connect();
    client.socket.send(message);
    expect(await closeOf(client)).toEqual(as(badMessage));
    // A peer's mistake is none of ours.
    expect(gateway.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('with 4401 for an operation before connection_ack, 4429 for a second connection_init', async () => {
    const hasty = await raw();
    hasty.send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await hasty.closed).toEqual(as(unauthorized));
    const twice = await raw();
    twice.send({ type: 'connection_init' });
    twice.send({ type: 'connection_init' });
    expect(await twice.closed).toEqual(as(tooManyInits));
  });

  test('with 4401 for a bad token, 4403 for an old one, and told nothing', async () => {
    for (const [params, close] of [
      [{ authorization: 'Bearer nonsense' }, closeCodes.tokenInvalid],
      [await tokens.headersOf('u1', {}, '-60s'), closeCodes.tokenExpired],
    ] as const) {
      const refused = await connect(params);
      expect(await closeOf(refused)).toEqual(as(close));
      expect(refused.messages).toEqual([]);
    }
  });

  test('with 1013 while tokens cannot be looked at, so that clients try again', async () => {
    const apart = await startTestGateway(supergraph, {
      authentication: { ...tokens.authentication, jwks: 'http://127.0.0.1:1/jwks' },
    });
    const client = await connectWire(apart.url, await tokens.headersOf('u1'));
    expect(await closeOf(client)).toEqual(as(closeCodes.identityUnavailable));
    await apart.close();
  });

  test('with 4406 without the subprotocol, 4408 when connection_init does not come', async () => {
    const legacy = await raw(null);
    expect((await legacy.closed).code).toBe(subprotocol.code);
    const silent = await raw();
    expect(await silent.closed).toEqual(as(initTimeout));
  });

  test('with 4409 for an id that is in use, whatever kind of operation has it', async () => {
    for (const first of [query, '{ slow(n: 1) }']) {
      const same = await connect();
      same.subscribe(first);
      same.subscribe('{ users { name } }');
      expect(await closeOf(same)).toEqual({ code: subscriberExists.code, reason: 'Subscriber for 1 already exists' });
    }
  });

  test('with 1009 for a message that is too large', async () => {
    const large = await connect();
    large.socket.send('x'.repeat(10_001));
    expect((await closeOf(large))?.code).toBe(closeCodes.messageTooLarge.code);
  });

  test('with 1001 when the gateway stops', async () => {
    const stopping = await startTestGateway(supergraph);
    const client = await connectWire(stopping.url);
    client.subscribe(query, { cursor: null });
    await until(() => client.cursor() !== undefined);
    await stopping.close();
    expect(await closeOf(client)).toEqual(as(closeCodes.goingAway));
  });
});

describe('ping and pong', () => {
  test('a ping is answered at any time, with its payload', async () => {
    const { messages, send, socket } = await raw();
    send({ type: 'ping' });
    send({ type: 'ping', payload: { at: 1 } });
    await until(() => messages.length === 2);
    expect(messages).toEqual([{ type: 'pong' }, { type: 'pong', payload: { at: 1 } }]);
    socket.terminate();
  });

  test('a pong that nobody asked for is welcome', async () => {
    const client = await connect();
    client.send({ type: 'pong' });
    client.send({ type: 'pong', payload: { beat: 1 } });
    client.send({ type: 'ping' });
    await until(() => client.messages.at(-1)?.type === 'pong');
    expect(client.closed).toEqual([]);
  });
});

describe('an operation', () => {
  test('with one result is a next and a complete', async () => {
    const client = await connect();
    client.subscribe('{ users { name } }');
    await until(() => ofOperation(client, '1').length === 2);
    expect(ofOperation(client, '1')).toEqual([
      { id: '1', type: 'next', payload: { data: { users: [{ name: 'Ada' }, { name: 'Grace' }] } } },
      { id: '1', type: 'complete' },
    ]);
  });

  test('whose stream ends is complete after its last next, and its id is free again', async () => {
    const client = await connect();
    for (const round of [1, 2]) {
      client.subscribe('subscription { countdown }');
      await until(() => ofOperation(client, '1').length === 3 * round);
      const told = ofOperation(client, '1').slice(-3);
      expect(told.map(({ type }) => type)).toEqual(['next', 'next', 'complete']);
      expect(told.flatMap(({ payload }) => payload?.data?.['countdown'] ?? [])).toEqual([2, 1]);
    }
  });

  test('that is refused is one error message and no complete; the socket stays open', async () => {
    const client = await connect();
    client.subscribe('subscription { nothing }');
    await until(() => client.errors().length > 0);
    expect(client.errors().map(({ extensions }) => extensions?.['code'])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    client.subscribe(query, { cursor: null });
    await until(() => client.cursor() !== undefined);
    expect(ofOperation(client, '1').map(({ type }) => type)).toEqual(['error', 'next']);
  });

  test('that the client has completed sends nothing more: a stream', async () => {
    const client = await connect();
    client.subscribe(query, { cursor: null });
    await until(() => client.cursor() !== undefined);
    const count = client.messages.length;
    client.send({ id: '1', type: 'complete' });
    await until(() => orders.followers() === 0);
    orders.publish('o1', 'late');
    client.send({ type: 'ping' });
    await until(() => client.messages.at(-1)?.type === 'pong');
    expect(client.messages).toHaveLength(count + 1);
  });

  test('that the client has completed sends nothing more: a query that is under way', async () => {
    const client = await connect();
    const asked = counting.requests.length;
    client.subscribe('{ slow(n: 2) }');
    await until(() => counting.requests.length > asked);
    client.send({ id: '1', type: 'complete' });
    client.send({ type: 'ping' });
    await until(() => client.messages.at(-1)?.type === 'pong');
    const finished = () => gateway.lines.filter(({ msg, method }) => msg === 'request' && method === 'WS').length;
    const before = finished();
    for (const answer of answers.splice(0)) answer();
    await until(() => finished() > before);
    // What is asked later is answered later.
    client.subscribe('{ users { name } }', {}, {}, '2');
    await until(() => ofOperation(client, '2').length === 2);
    expect(ofOperation(client, '1')).toEqual([]);
  });

  test('that nobody knows, or that is complete already, may be completed', async () => {
    const client = await connect();
    client.subscribe('{ users { name } }');
    await until(() => ofOperation(client, '1').length === 2);
    for (const id of ['1', 'unknown']) client.send({ id, type: 'complete' });
    client.send({ type: 'ping' });
    await until(() => client.messages.at(-1)?.type === 'pong');
    expect(client.closed).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { until } from '../../test/startTestGateway.ts';
import { createUpstream, type UpstreamOptions, type UpstreamResult } from './createUpstream.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

type Message = Readonly<{ id?: string; type: string; payload?: unknown }>;
type Script = Readonly<{
  /** What a message is answered with; by default the greeting is acknowledged, and nothing else said. */
  on?: (message: Message, socket: WebSocket) => void;
  /** Whether a ping of the WebSocket is answered, by its number. */
  answers?: (ping: number) => boolean;
}>;

const acknowledge = ({ type }: Message, socket: WebSocket): void => {
  if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
};

/** A subgraph that speaks graphql-transport-ws by hand. */
const startSubgraph = async ({ on = acknowledge, answers = () => true }: Script) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  const messages: Message[] = [];
  const closed: { code: number; reason: string }[] = [];
  let pings = 0;
  server.on('connection', (socket) => {
    socket.on('close', (code, reason) => closed.push({ code, reason: reason.toString() }));
    socket.on('ping', () => {
      pings += 1;
      if (!answers(pings)) return;
      socket.pong();
      // Whoever has answered this one has read the pong before it.
      socket.send('{"type":"ping"}');
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      messages.push(message);
      on(message, socket);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const count = (wanted: string) => messages.filter(({ type }) => type === wanted).length;
  return { url: `http://127.0.0.1:${port}/graphql`, messages, closed, count, pings: () => pings };
};
type Subgraph = Awaited<ReturnType<typeof startSubgraph>>;

const connect = ({ url }: Subgraph, options: Partial<UpstreamOptions> = {}) => {
  const upstream = createUpstream({
    subgraph: 'orders',
    url,
    log,
    attempts: 0,
    backOff: () => 0,
    idleMs: 20,
    ...options,
  });
  ends.push(upstream.close);
  return {
    ...upstream,
    /** What becomes of a subscription: its results, the codes of its failure, or that it is complete. */
    follow: () => {
      const told: unknown[] = [];
      const leave = upstream.subscribe(
        { query: 'subscription { a }', variables: {}, extensions: {} },
        {
          next: ({ answer }: UpstreamResult) => void told.push(answer.data),
          error: (errors) => void told.push(errors.map(({ extensions }) => extensions['code'])),
          complete: () => void told.push('complete'),
        },
      );
      return { told, leave };
    },
  };
};
const unavailable = [['SUBGRAPH_UNAVAILABLE']];

describe('a subgraph that vanished without a word', () => {
  // A ping is due when the test says so; everything else takes as long as it takes.
  beforeEach(() => {
    const clock = ['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const;
    jest.useFakeTimers({ doNotFake: [...clock, 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => void jest.useRealTimers());
  const beat = () => jest.advanceTimersByTime(5_000);

  test('is noticed by two pings that it leaves unanswered', async () => {
    const subgraph = await startSubgraph({ answers: () => false });
    const { told } = connect(subgraph, { pingMs: 5_000 }).follow();
    await until(() => subgraph.count('subscribe') === 1);
    for (const count of [1, 2]) {
      beat();
      await until(() => subgraph.pings() === count || told.length > 0);
    }
    expect(told).toEqual([]);
    beat();
    await until(() => told.length > 0);
    expect(told).toEqual(unavailable);
    expect(subgraph.pings()).toBe(2);
  });

  test('is not one that leaves a ping unanswered now and then', async () => {
    const subgraph = await startSubgraph({ answers: (ping) => ping % 2 === 0 });
    const { told } = connect(subgraph, { pingMs: 5_000 }).follow();
    await until(() => subgraph.count('subscribe') === 1);
    for (let count = 1; count <= 8; count += 1) {
      beat();
      const heard = Math.floor(count / 2);
      await until(() => (subgraph.pings() === count && subgraph.count('pong') === heard) || told.length > 0);
    }
    expect(told).toEqual([]);
  });
});

describe('the protocol, spoken to a subgraph', () => {
  test('is a greeting, a subscribe, results, and the subgraph’s end or ours', async () => {
    const subgraph = await startSubgraph({
      on: (message, socket) => {
        acknowledge(message, socket);
        if (message.type !== 'subscribe') return;
        const { id } = message;
        for (const a of [1, 2]) socket.send(JSON.stringify({ id, type: 'next', payload: { data: { a } } }));
        if (subgraph.count('subscribe') === 1) socket.send(JSON.stringify({ id, type: 'complete' }));
      },
    });
    const upstream = connect(subgraph);
    const first = upstream.follow();
    await until(() => first.told.length === 3);
    expect(first.told).toEqual([{ a: 1 }, { a: 2 }, 'complete']);
    const second = upstream.follow();
    await until(() => second.told.length === 2);
    second.leave();
    await until(() => subgraph.closed.length > 0);
    expect(subgraph.messages.map(({ type }) => type)).toEqual([
      'connection_init',
      'subscribe',
      'subscribe',
      'complete',
    ]);
    expect(new Set(subgraph.messages.map(({ id }) => id)).size).toBe(3);
    expect(second.told).toHaveLength(2);
    // Nobody needs the connection any more.
    expect(subgraph.closed).toEqual([{ code: 1000, reason: 'Normal Closure' }]);
  });

  test('answers a ping with its payload, takes a pong that nobody asked for, and ignores ids that it does not know', async () => {
    const subgraph = await startSubgraph({
      on: (message, socket) => {
        acknowledge(message, socket);
        if (message.type !== 'subscribe') return;
        socket.send('{"type":"ping","payload":{"at":1}}');
        socket.send('{"type":"pong"}');
        socket.send('{"id":"unknown","type":"next","payload":{"data":{"a":0}}}');
        socket.send('{"id":"unknown","type":"complete"}');
        socket.send(JSON.stringify({ id: message.id, type: 'next', payload: { data: { a: 1 } } }));
      },
    });
    const { told } = connect(subgraph).follow();
    await until(() => told.length > 0 && subgraph.count('pong') > 0);
    expect(told).toEqual([{ a: 1 }]);
    expect(subgraph.messages.find(({ type }) => type === 'pong')).toEqual({ type: 'pong', payload: { at: 1 } });
    expect(subgraph.closed).toEqual([]);
  });

  test('closes with 4504 when the greeting is not answered', async () => {
    const subgraph = await startSubgraph({ on: () => undefined });
    const { told } = connect(subgraph, { ackMs: 20 }).follow();
    await until(() => told.length > 0 && subgraph.closed.length > 0);
    expect(told).toEqual(unavailable);
    expect(subgraph.closed).toEqual([{ code: 4504, reason: 'Connection acknowledgement timeout' }]);
  });

  test.each([
    ['is no JSON', 'no JSON'],
    ['has a type that nobody knows', '{"type":"data","id":"1","payload":{}}'],
    ['has a payload that is none', '{"type":"next","id":"1","payload":1}'],
    ['comes before connection_ack', '{"type":"next","id":"1","payload":{"data":{}}}', true],
  ])('closes with 4004 for a message that %s', async (_, message, atOnce = false) => {
    const subgraph = await startSubgraph({
      on: (received, socket) => {
        if (!atOnce) acknowledge(received, socket);
        if (received.type === (atOnce ? 'connection_init' : 'subscribe')) socket.send(message);
      },
    });
    const { told } = connect(subgraph).follow();
    await until(() => told.length > 0 && subgraph.closed.length > 0);
    expect(told).toEqual(unavailable);
    expect(subgraph.closed.map(({ code }) => code)).toEqual([4004]);
  });

  test.each([1001, 1011, 1012, 4400, 4401, 4403, 4408, 4409, 4429, 4500])(
    'takes a close with %i for a subgraph that is away, and connects again for the next subscription',
    async (code) => {
      const subgraph = await startSubgraph({
        on: (message, socket) => {
          acknowledge(message, socket);
          if (message.type !== 'subscribe') return;
          if (subgraph.count('subscribe') === 1) return socket.close(code, 'a word of the inside');
          socket.send(JSON.stringify({ id: message.id, type: 'next', payload: { data: { a: 1 } } }));
        },
      });
      const upstream = connect(subgraph);
      const lost = upstream.follow();
      await until(() => lost.told.length > 0);
      expect(lost.told).toEqual(unavailable);
      const next = upstream.follow();
      await until(() => next.told.length > 0);
      expect(next.told).toEqual([{ a: 1 }]);
    },
  );
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { anonymous } from '@supergraph/auth';
import type { Principal } from '@supergraph/auth';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ada, admin, startExample, viewerFor } from '../test/exampleSubgraph.ts';
import type { Example } from '../test/exampleSubgraph.ts';

let example: Example;
let client: Client;
beforeAll(async () => {
  example = await startExample({ introspection: false });
});
beforeEach(() => {
  client = createClient({ url: example.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
});
afterEach(async () => {
  await client.dispose();
});
afterAll(() => example.lifecycle.close());

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const extensions = async (principal: Principal, subgraph?: string) => ({
  viewer: await viewerFor(principal, subgraph),
});
const follow = async (principal: Principal, query: string, more: Record<string, unknown> = {}) =>
  client.iterate({ query, extensions: { ...(await extensions(principal)), ...more } });
const noteChanged = 'subscription { noteChanged(id: "n1") { id text } }';
/** What the client is told in an `error` message. */
const refusal = async (events: AsyncIterableIterator<unknown>): Promise<unknown> =>
  events.next().catch((errors: unknown) => errors);
const coded = (code: string) => expect.objectContaining({ extensions: expect.objectContaining({ code }) });

describe('a subscribe', () => {
  test('without a viewer is refused, and the next one on the same connection is served', async () => {
    const { opened } = example.source;
    expect(await refusal(client.iterate({ query: noteChanged }))).toEqual([coded('VIEWER_REQUIRED')]);
    expect(await refusal(client.iterate({ query: noteChanged, extensions: { viewer: 1 } }))).toEqual([
      coded('VIEWER_INVALID'),
    ]);
    expect(await refusal(client.iterate({ query: noteChanged, extensions: await extensions(ada, 'orders') }))).toEqual([
      coded('VIEWER_INVALID'),
    ]);
    expect(example.source.opened).toBe(opened);

    const events = await follow(ada, '{ whoAmI }');
    expect((await events.next()).value).toEqual({ data: { whoAmI: JSON.stringify(ada) } });
  });

  test('that the policy denies does not open the stream', async () => {
    const { opened } = example.source;
    const denied = await follow(anonymous, noteChanged);
    expect((await denied.next()).value).toMatchObject({ errors: [coded('UNAUTHENTICATED')] });
    const forbidden = await follow(ada, 'subscription { ticks }');
    expect((await forbidden.next()).value).toMatchObject({ errors: [coded('FORBIDDEN')] });
    expect(example.source.opened).toBe(opened);
  });

  test.each<[string, string, string]>([
    ['that does not parse', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['that does not fit', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that asks for the schema where that is off', '{ __schema { description } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s is refused with a code', async (_, query, code) => {
    expect(await refusal(await follow(ada, query))).toEqual([coded(code)]);
  });

  test('with a wrong variable is refused with a code', async () => {
    const events = client.iterate({
      query: 'query ($by: Int!) { later(by: $by) }',
      variables: { by: 'x' },
      extensions: await extensions(ada),
    });
    expect((await events.next()).value).toMatchObject({ errors: [coded('BAD_USER_INPUT')] });
  });

  test('carries its request id and trace', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const events = await follow(ada, '{ cause }', { requestId: 'req-7', traceparent });
    expect((await events.next()).value).toEqual({
      data: { cause: JSON.stringify({ userId: 'ada', correlationId: 'req-7', causationId: null, traceparent }) },
    });
  });
});

describe('a stream', () => {
  test('delivers each event with loaders of its own, so that it is never older than its event', async () => {
    const { source, stored } = example;
    const { opened, closed } = source;
    const events = await follow(ada, 'subscription { noteChanged(id: "n1") { text again } }');
    const first = events.next();
    await until(() => source.opened > opened);
    source.push('n1');
    expect((await first).value).toEqual({ data: { noteChanged: { text: 'mine', again: 'mine' } } });

    stored.set('n1', { id: 'n1', ownerId: 'ada', text: 'changed' });
    source.push('n1');
    expect((await events.next()).value).toEqual({ data: { noteChanged: { text: 'changed', again: 'changed' } } });
    stored.set('n1', { id: 'n1', ownerId: 'ada', text: 'mine' });

    await events.return?.();
    await until(() => source.closed > closed);
  });

  test('that has no places takes no cursor, rather than to begin somewhere else in silence', async () => {
    const { source } = example;
    const { closed } = source;
    const refused = await follow(ada, 'subscription { noteChanged(id: "n1") { id } }', { cursor: 'some' });
    expect((await refused.next()).value).toEqual({ errors: [coded('SUBSCRIPTION_NOT_RESUMABLE')] });
    expect(source.closed).toBe(closed + 1);
  });

  test('lets go of its source at once when the client leaves, without waiting for an event', async () => {
    const { source } = example;
    const { opened, closed } = source;
    const events = await follow(admin, 'subscription { ticks }');
    void events.next();
    await until(() => source.opened > opened);
    await client.dispose();
    await until(() => source.closed > closed);
  });

  test('masks what nobody expected, and goes on', async () => {
    const { source } = example;
    const { opened } = source;
    example.lines.length = 0;
    const events = await follow(ada, 'subscription { noteChanged(id: "n1") { id broken } }', { requestId: 'req-9' });
    const first = events.next();
    await until(() => source.opened > opened);
    source.push('n1');
    const { value } = await first;
    expect(value).toMatchObject({
      data: { noteChanged: { id: 'n1', broken: null } },
      errors: [
        {
          message: 'Something went wrong on our side.',
          path: ['noteChanged', 'broken'],
          extensions: expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' }),
        },
      ],
    });
    expect(example.lines.filter(({ level }) => level === 50)).toEqual([
      expect.objectContaining({ requestId: 'req-9', errorId: expect.any(String) }),
    ]);
    source.push('n1');
    expect((await events.next()).value).toMatchObject({ data: { noteChanged: { id: 'n1' } } });
    await events.return?.();
  });
});

describe('a connection', () => {
  const later = '{"type":"subscribe","id":"1","payload":{"query":"{ later(by: 1) }"}}';
  const closeOf = (socket: WebSocket) =>
    new Promise<number>((resolve) => socket.once('close', resolve).once('error', () => undefined));

  test.each(['/elsewhere', '//', '/graphql/more'])('on %s and not on /graphql is not made', async (path) => {
    const socket = new WebSocket(`${example.base.replace('http', 'ws')}${path}`, 'graphql-transport-ws');
    expect(await new Promise((resolve) => socket.once('error', ({ message }) => resolve(message)))).toContain('404');
  });

  test.each([
    [4400, 'a message that is none', ['no JSON']],
    [4400, 'a message that only a server sends', ['{"type":"connection_ack"}']],
    [4401, 'an operation before the greeting', ['{"type":"subscribe","id":"1","payload":{"query":"{ whoAmI }"}}']],
    [4409, 'an id that is in use', ['{"type":"connection_init"}', ...Array<string>(2).fill(later)]],
    [4429, 'a second greeting', Array<string>(2).fill('{"type":"connection_init"}')],
  ])('is closed with %i for %s', async (code, _, messages) => {
    const socket = new WebSocket(example.url.replace('http', 'ws'), 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = closeOf(socket);
    for (const message of messages) {
      socket.send(message);
      // The acknowledgement.
      if (message.includes('connection_init')) await Promise.race([closed, once(socket, 'message')]);
    }
    expect(await closed).toBe(code);
  });

  test('that sends more than is accepted is cut off, the service is not', async () => {
    const socket = new WebSocket(example.url.replace('http', 'ws'), 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = closeOf(socket);
    socket.send('x'.repeat(1024 * 1024 + 1));
    expect(await closed).toBe(1009);
    const events = await follow(ada, '{ whoAmI }');
    expect((await events.next()).value).toHaveProperty('data');
  });

  test('is cut off when its peer leaves two pings unanswered, and only then', async () => {
    // Everything else goes on as it does.
    const clock = ['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const;
    const timers = ['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] as const;
    jest.useFakeTimers({ doNotFake: [...clock, ...timers] });
    try {
      const socket = new WebSocket(example.url.replace('http', 'ws'), 'graphql-transport-ws', { autoPong: false });
      let pings = 0;
      let closed: number | null = null;
      socket.on('ping', () => (pings += 1)).on('close', (code) => (closed = code));
      await new Promise((resolve) => socket.once('open', resolve));
      for (const count of [1, 2]) {
        jest.advanceTimersByTime(12_000);
        await until(() => pings === count || closed !== null);
      }
      expect([pings, closed]).toEqual([2, null]);
      jest.advanceTimersByTime(12_000);
      await until(() => closed !== null);
      expect([pings, closed]).toEqual([2, 1006]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('is told to go when the subgraph stops, and one that does not answer is cut off', async () => {
    const ending = await startExample();
    const url = ending.url.replace('http', 'ws');
    const polite = new WebSocket(url, 'graphql-transport-ws');
    const deaf = new WebSocket(url, 'graphql-transport-ws');
    await Promise.all([polite, deaf].map((socket) => new Promise((resolve) => socket.once('open', resolve))));
    const codesSeen = Promise.all([closeOf(polite), closeOf(deaf)]);
    deaf.pause();
    await ending.lifecycle.close();
    deaf.resume();
    const [first] = await codesSeen;
    expect(first).toBe(1001);
  });
});

import { expect, test } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { createClient } from './createClient.ts';
import { createWebSocketTransport } from './webSocketTransport.ts';

/** A connection that is refused, as by a gateway that is being replaced. */
class Refused extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  onclose: ((event: object) => void) | null = null;
  constructor() {
    super();
    setImmediate(() => this.onclose?.({ code: 1006, reason: '', wasClean: false }));
  }
  close(): void {}
}

test('attempts that fail leave nothing behind with the subscription they were made for', async () => {
  const transport = createWebSocketTransport({
    url: 'http://localhost/graphql',
    token: () => null,
    webSocketImpl: Refused,
  });
  const { signal } = new AbortController();
  for (let n = 0; n < 3; n += 1) {
    const ending = await transport.run({ query: 'subscription { a }', extensions: { cursor: null } }, () => {}, signal);
    expect(ending.kind).toBe('lost');
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  transport.close();
});

test('a client that is given something else for a WebSocket is not made', () => {
  expect(() => createClient({ url: 'http://localhost/graphql', webSocketImpl: {} })).toThrow('WebSocket');
});

// A rejection that nobody catches fails a test, as it ends a process.
test('a transport that is closed while it connects in vain rejects nothing that nobody catches', async () => {
  const transport = createWebSocketTransport({
    url: 'http://localhost/graphql',
    token: () => null,
    webSocketImpl: Refused,
  });
  const { signal } = new AbortController();
  const run = transport.run({ query: 'subscription { a }', extensions: { cursor: null } }, () => {}, signal);
  transport.close();
  await run;
  await new Promise(setImmediate);
});

import { createServer } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { parse } from 'graphql';
import { WebSocketServer } from 'ws';
import { eventOf, readPublication } from './event.ts';

/**
 * The subgraph of the benchmark: hands out what it is told to, with cursors to those who know them. It executes nothing,
 * so that what is measured is the gateway.
 */
const [port = '0'] = process.argv.slice(2);
type Follower = (result: ExecutionResult) => void;
const followers = new Map<string, Set<Follower>>();
let position = 0;

const follow = (topic: string, knowsCursors: boolean): AsyncIterableIterator<ExecutionResult> => {
  const waiting: ExecutionResult[] = knowsCursors ? [{ extensions: { cursor: String(position), live: true } }] : [];
  let wake = (): void => {};
  let ended = false;
  const take = (result: ExecutionResult): void => {
    waiting.push(result);
    wake();
  };
  const same = followers.get(topic) ?? new Set();
  followers.set(topic, same.add(take));
  const done = { done: true, value: undefined } as const;
  const stream: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      for (;;) {
        if (ended) return done;
        const value = waiting.shift();
        if (value !== undefined) return { done: false, value };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    return: async () => {
      ended = true;
      same.delete(take);
      if (same.size === 0 && followers.get(topic) === same) followers.delete(topic);
      wake();
      return done;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
};

const server = createServer((request, response) => {
  const asked = readPublication(request.url);
  response.end('ok');
  if (asked === null) return;
  // Whoever finds out who is there asks all.
  const receivers =
    asked.at === 0 ? [...followers.values()] : asked.topics.map((topic) => followers.get(topic) ?? new Set<Follower>());
  for (let n = 0; n < asked.count; n += 1) {
    position += 1;
    const event = eventOf(position, asked.at, asked.bytes);
    for (const same of receivers) for (const take of same) take({ ...event });
  }
});
useServer(
  {
    onSubscribe: (_context, _id, { query, variables, extensions }) => ({
      schema: {} as never,
      document: parse(query),
      contextValue: { topic: String(variables?.['topic'] ?? ''), knowsCursors: extensions?.['cursor'] !== undefined },
    }),
    subscribe: ({ contextValue }) => {
      const { topic, knowsCursors } = contextValue as { topic: string; knowsCursors: boolean };
      return follow(topic, knowsCursors);
    },
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(Number(port), '127.0.0.1');

import { createServer } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { parse } from 'graphql';
import { WebSocketServer } from 'ws';
import { eventOf } from './event.ts';

/**
 * The subgraph of the benchmark: hands out what it is told to by GET /publish?topic=, with cursors. It executes nothing,
 * so that what is measured is the gateway.
 */
const [port = '0'] = process.argv.slice(2);
const followers = new Map<string, Set<(result: ExecutionResult) => void>>();
let position = 0;

const follow = (topic: string): AsyncIterableIterator<ExecutionResult> => {
  const waiting: ExecutionResult[] = [{ extensions: { cursor: String(position), live: true } }];
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
      wake();
      return done;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/publish') {
    position += 1;
    const { data, extensions } = eventOf(position);
    for (const take of followers.get(searchParams.get('topic') ?? '') ?? []) take({ data, extensions });
  }
  response.end('ok');
});
useServer(
  {
    onSubscribe: (_context, _id, { query, variables }) => ({
      schema: {} as never,
      document: parse(query),
      contextValue: String(variables?.['topic'] ?? ''),
    }),
    subscribe: ({ contextValue }) => follow(String(contextValue)),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(Number(port), '127.0.0.1');

import { createServer } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { Kind, parse, type DocumentNode } from 'graphql';
import { WebSocketServer } from 'ws';
import { eventOf, readPublication } from './event.ts';

/**
 * The subgraph of the benchmark: hands out what it is told to, with cursors to those who know them. It executes nothing,
 * so that what is measured is the gateway.
 */
const [port = '0'] = process.argv.slice(2);
type Follower = (event: ReturnType<typeof eventOf>) => void;
const followers = new Map<string, Set<Follower>>();
let position = 0;

/** `key` is what the gateway calls the field in its answer. */
type Asked = Readonly<{ topic: string; knowsCursors: boolean; key: string }>;

const keyIn = ({ definitions: [operation] }: DocumentNode): string => {
  const [field] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  return field?.kind === Kind.FIELD ? (field.alias ?? field.name).value : '';
};

const follow = ({ topic, knowsCursors, key }: Asked): AsyncIterableIterator<ExecutionResult> => {
  const waiting: ExecutionResult[] = knowsCursors ? [{ extensions: { cursor: String(position), live: true } }] : [];
  let wake = (): void => {};
  let ended = false;
  const take: Follower = ({ data, extensions }) => {
    waiting.push({ data: { [key]: data.ticks }, extensions });
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
    for (const same of receivers) for (const take of same) take(event);
  }
});
useServer(
  {
    onSubscribe: (_context, _id, { query, variables, extensions }) => {
      const document = parse(query);
      const topic = String(variables?.['topic'] ?? '');
      const asked: Asked = { topic, knowsCursors: extensions?.['cursor'] !== undefined, key: keyIn(document) };
      return { schema: {} as never, document, contextValue: asked };
    },
    subscribe: ({ contextValue }) => follow(contextValue as Asked),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
server.listen(Number(port), '127.0.0.1');

import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { ordersSdl } from './shop.ts';

/** A log of order events, and the subgraph that serves it with cursors; the log outlives the server. */
export type CursorSubgraph = Readonly<{
  url: string;
  sdl: string;
  /** Every `subscribe`, with its extensions. */
  subscribes: { extensions: Record<string, unknown> }[];
  /** Appends events of this order; they are delivered together. */
  publish: (orderId: string, ...ids: string[]) => void;
  followers: () => number;
  /** Ends the server and every connection, as a crash would; a new one on the same port finds the log as it was. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
}>;

type Event = { id: string; type: string; order: { id: string; total: number; customer: object } };

const asked = z.object({ cursor: z.string().nullish(), viewer: z.string().nullish() }).loose();
const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() });

const customers: Readonly<Record<string, string>> = { o2: 'u2' };
const orderOf = (id: string) => ({
  id,
  total: Number(id.slice(1)) * 100,
  customer: { __typename: 'User', id: customers[id] ?? 'u1' },
});

/** Knows `extensions.cursor`: the number of the event, as `c3`. `gone` is refused, as an expired one would be. */
export const startCursorSubgraph = async (): Promise<CursorSubgraph> => {
  const log: Event[] = [];
  const readers = new Set<() => void>();
  const subscribes: CursorSubgraph['subscribes'] = [];
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(ordersSdl),
      resolvers: {
        Order: { __resolveReference: ({ id }: { id: string }) => orderOf(id) },
        OrderEvent: { id: ({ id }: Event) => id },
      } as never,
    },
  ]);

  const follow = (args: ExecutionArgs, cursor: string | null | undefined): AsyncIterableIterator<ExecutionResult> => {
    const orderId: unknown = args.variableValues?.['id'] ?? null;
    let at = cursor == null ? log.length : Number(cursor.slice(1));
    let told = cursor === undefined;
    let ended = false;
    let wake = (): void => {};
    const onEvent = (): void => wake();
    readers.add(onEvent);
    const done = { done: true, value: undefined } as const;
    const stream: AsyncIterableIterator<ExecutionResult> = {
      next: async () => {
        for (;;) {
          if (ended) return done;
          const event = log[at];
          if (event !== undefined) {
            at += 1;
            if (orderId !== null && event.order.id !== orderId) continue;
            const { data, errors } = await execute({ ...args, rootValue: { orderEvents: event } });
            return {
              done: false,
              value: { data: data ?? null, ...(errors && { errors }), extensions: { cursor: `c${at}` } },
            };
          }
          if (!told) {
            told = true;
            return { done: false, value: { extensions: { cursor: `c${at}`, live: true } } };
          }
          await new Promise<void>((resolve) => (wake = resolve));
        }
      },
      return: async () => {
        ended = true;
        readers.delete(onEvent);
        wake();
        return done;
      },
      [Symbol.asyncIterator]: () => stream,
    };
    return stream;
  };

  let port = 0;
  let stop = async (): Promise<void> => {};
  const start = async (): Promise<void> => {
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        void (async () => {
          const { query, variables } = request.parse(JSON.parse(Buffer.concat(chunks).toString()));
          const result = await execute({ schema, document: parse(query), variableValues: variables });
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
        })();
      });
    });
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer(
      {
        onSubscribe: (_context, _id, payload) => {
          const extensions = asked.parse(payload.extensions ?? {});
          subscribes.push({ extensions });
          return {
            schema,
            document: parse(payload.query),
            variableValues: payload.variables ?? {},
            contextValue: extensions.cursor,
          };
        },
        subscribe: (args) =>
          args.contextValue === 'gone'
            ? { errors: [Object.assign(new Error(), { toJSON: () => refused })] as never }
            : follow(args, args.contextValue as string | null | undefined),
      },
      sockets,
    );
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
    stop = async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  };
  await start();

  return {
    url: `http://127.0.0.1:${port}/graphql`,
    sdl: ordersSdl,
    subscribes,
    publish: (orderId, ...ids) => {
      for (const id of ids) log.push({ id, type: 'PLACED', order: orderOf(orderId) });
      for (const wake of readers) wake();
    },
    followers: () => readers.size,
    start,
    stop: () => stop(),
  };
};

const refused = {
  message: 'This cursor does not belong to this subscription.',
  extensions: { code: 'SUBSCRIPTION_CURSOR_INVALID', category: 'INVALID', snapshot: true },
};

import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, subscribe, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { z } from 'zod';

type Resolvers = Parameters<typeof buildSubgraphSchema>[0] extends infer Modules
  ? Modules extends { resolvers?: infer R }
    ? R
    : never
  : never;

export type FakeSubgraph = Readonly<{
  url: string;
  sdl: string;
  /** Every request that arrived over HTTP. */
  requests: {
    headers: IncomingHttpHeaders;
    query: string;
    variables?: Record<string, unknown> | null;
    /** Calls when the connection ends. */
    onClose: (call: () => void) => void;
  }[];
  /** Every `subscribe`, with its extensions, and every `connection_init` payload. */
  subscribes: { query: string; extensions: Record<string, unknown> }[];
  inits: unknown[];
  /** Answers of plain HTTP instead of GraphQL, until set back to undefined. */
  answerWith: (answer: { status: number; type: string; body: string } | 'silence' | undefined) => void;
  /** Cuts every WebSocket, as a crash would. */
  dropSockets: () => void;
  close: () => Promise<void>;
}>;

const body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** A federated subgraph on a port of its own, over HTTP and graphql-transport-ws, that remembers what it was sent. */
export const startFakeSubgraph = async (sdl: string, resolvers: Resolvers, port = 0): Promise<FakeSubgraph> => {
  const schema: GraphQLSchema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const requests: FakeSubgraph['requests'] = [];
  const subscribes: FakeSubgraph['subscribes'] = [];
  const inits: unknown[] = [];
  let fixed: Parameters<FakeSubgraph['answerWith']>[0];

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void (async () => {
        const { query, variables, operationName } = body.parse(JSON.parse(Buffer.concat(chunks).toString()));
        requests.push({
          headers: request.headers,
          query,
          onClose: (call) => void request.socket.once('close', call),
          ...(variables && { variables }),
        });
        if (fixed === 'silence') return;
        if (fixed !== undefined)
          return response.writeHead(fixed.status, { 'content-type': fixed.type }).end(fixed.body);
        const result = await execute({
          schema,
          document: parse(query),
          variableValues: variables,
          operationName,
          contextValue: { headers: request.headers },
        });
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
      })();
    });
  });

  // Who keeps a connection over a pause of the whole machine must not find it closed.
  server.keepAliveTimeout = 0;
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  useServer(
    {
      schema,
      execute,
      subscribe,
      onConnect: ({ connectionParams }) => void inits.push(connectionParams),
      onSubscribe: (_context, _id, { query, extensions }) =>
        void subscribes.push({ query, extensions: extensions ?? {} }),
    },
    sockets,
  );

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}/graphql`,
    sdl,
    requests,
    subscribes,
    inits,
    answerWith: (answer) => {
      fixed = answer;
    },
    dropSockets: () => sockets.clients.forEach((client) => client.terminate()),
    close: async () => {
      sockets.clients.forEach((client) => client.terminate());
      server.closeAllConnections();
      // Closing twice is fine: the second time the server says that it is not running.
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

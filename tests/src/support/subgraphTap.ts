import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';

/** One fetch of entities, as the gateway sent it. */
export type EntityFetch = Readonly<{ representations: readonly Readonly<Record<string, unknown>>[] }>;

/** What stands between the gateway and a subgraph, sees everything that passes, and can hold fetches of entities up. */
export type SubgraphTap = Readonly<{
  /** Of the subgraph's `/graphql`, through here. */
  url: string;
  /** Every fetch of entities, in the order they came; those that are held too. */
  entityFetches: readonly EntityFetch[];
  /** How many `next` messages have passed to the gateway over WebSockets. */
  events: () => number;
  hold: () => void;
  release: () => void;
  close: () => Promise<void>;
}>;

const body = z.object({
  query: z.string(),
  variables: z.object({ representations: z.array(z.record(z.string(), z.unknown())).default([]) }).default({
    representations: [],
  }),
});

/** @param target the subgraph's own `/graphql` */
export const tapSubgraph = async (target: string): Promise<SubgraphTap> => {
  const entityFetches: EntityFetch[] = [];
  const sockets = new Set<Socket>();
  let waiting: Promise<void> = Promise.resolve();
  let release = (): void => undefined;
  let toGateway = '';

  const forward = async (request: IncomingMessage): Promise<Readonly<{ status: number; text: string }>> => {
    const text = Buffer.concat(await request.toArray()).toString();
    const { query, variables } = body.parse(JSON.parse(text));
    if (query.includes('_entities')) {
      entityFetches.push({ representations: variables.representations });
      await waiting;
    }
    const { connection: _, host: __, 'content-length': ___, ...headers } = request.headers;
    const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const response = await fetch(target, { method: 'POST', headers: sent, body: text });
    return { status: response.status, text: await response.text() };
  };
  const server = createServer((request, response) => {
    forward(request).then(
      ({ status, text }) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      () => response.destroy(),
    );
  });
  server.on('upgrade', (request, gateway: Socket, head) => {
    const { hostname, port } = new URL(target);
    const subgraph = connect(Number(port), hostname);
    sockets.add(gateway);
    const lines = [`GET ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    subgraph.write(`${lines.join('\r\n')}\r\n\r\n`);
    subgraph.write(head);
    // What a server sends is not masked, so its messages can be read in passing.
    subgraph.on('data', (chunk: Buffer) => (toGateway += chunk.toString('latin1')));
    gateway.pipe(subgraph).pipe(gateway);
    for (const [one, other] of [[gateway, subgraph] as const, [subgraph, gateway] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    entityFetches,
    events: () => toGateway.match(/"type":"next"/g)?.length ?? 0,
    hold: () => {
      waiting = new Promise((resolve) => (release = resolve));
    },
    release: () => release(),
    close: () =>
      new Promise((resolve) => {
        release();
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Exchange = Readonly<{ body: string; headers: IncomingHttpHeaders; response: ServerResponse }>;

/** What a server does with a request it has read. */
export type Behaviour = (exchange: Exchange) => void;

export type Misbehaving = Readonly<{
  url: URL;
  /** Every request that was read to its end. */
  requests: Exchange[];
  /** How many of them ended without an answer, since the other side went away. */
  abandoned: () => number;
  become: (behaviour: Behaviour) => void;
  close: () => Promise<void>;
}>;

export const answers =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Behaviour =>
  ({ response }) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

export const fine = answers({ data: { ok: true } });

export const reports = (code: string): Behaviour =>
  answers({ data: null, errors: [{ message: 'No.', extensions: { code } }] });

export const failsWith = (status: number, headers: Record<string, string> = {}): Behaviour =>
  answers('not GraphQL', status, headers);

/** A TCP reset instead of an answer. */
export const resets: Behaviour = ({ response }) => void response.socket?.resetAndDestroy();

/** Half an answer, then a reset. */
export const breaksOff: Behaviour = ({ response }) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"data":', () => response.socket?.resetAndDestroy());
};

export const hangs: Behaviour = () => {};

/** One behaviour after the other; the last one stays. */
export const inTurn = (...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour => {
  let turn = 0;
  return (exchange) => {
    behaviours[Math.min(turn, behaviours.length - 1)]?.(exchange);
    turn += 1;
  };
};

/** A subgraph on a free port that does whatever it is told, over real sockets. */
export const startMisbehaving = async (first: Behaviour = fine): Promise<Misbehaving> => {
  let behaviour = first;
  let abandoned = 0;
  const requests: Exchange[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const exchange = { body: Buffer.concat(chunks).toString(), headers: request.headers, response };
      requests.push(exchange);
      response.on('close', () => {
        if (!response.writableFinished) abandoned += 1;
      });
      behaviour(exchange);
    });
  });
  // Who keeps a connection over a pause of the whole machine must not find it closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/graphql`),
    requests,
    abandoned: () => abandoned,
    become: (next) => {
      behaviour = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import { GraphQLError } from 'graphql';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { connectWire } from '../../test/wire.ts';
import { until } from '../../test/startTestGateway.ts';
import { closeCodes } from './closeCodes.ts';
import { serveGraphqlWs } from './serveGraphqlWs.ts';

let url: string;
let close: () => Promise<void>;
let lines: string[];

/** Serves somebody with a mistake: it refuses operations, and what it says of one of them cannot be sent. */
beforeEach(async () => {
  lines = [];
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  close = serveGraphqlWs(
    sockets,
    {
      onSubscribe: () => [new GraphQLError('no')],
      onError: (_context, id) => {
        if (id === 'broken') throw new Error('a secret of the inside');
      },
    },
    {
      heartbeatMs: 60_000,
      onHeartbeat: () => undefined,
      log: createLogger({ service: 'test', level: 'debug', to: { write: (line) => void lines.push(line) } }),
    },
  );
  await new Promise((resolve) => sockets.once('listening', resolve));
  url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
});
afterEach(() => close());

test('a mistake of ours closes the socket with 4500 and tells only the log why; others are served on', async () => {
  const [unlucky, other] = [await connectWire(url), await connectWire(url)];
  unlucky.subscribe('{ a }', {}, {}, 'broken');
  await until(() => unlucky.closed.length > 0);
  const { code, reason } = closeCodes.internal;
  expect(unlucky.closed).toEqual([{ code, reason }]);
  expect(JSON.stringify(unlucky.messages)).not.toContain('secret');
  expect(lines.filter((line) => line.includes('a secret of the inside'))).toHaveLength(1);
  other.subscribe('{ a }');
  await until(() => other.errors().length > 0);
  expect(other.closed).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig, startGateway } from '@supergraph/gateway';
import { createLifecycle, createLogger, type Lifecycle } from '@supergraph/service-kit';
import { eventually } from '@supergraph/testing';
import { BrowseProductsDocument, OrderByIdDocument, PlaceOrderDocument } from './generated/operations.ts';
import { inProcess } from './support/hosts.ts';
import { startSystem, type System } from './support/system.ts';

type Input = { idempotencyKey: string } & Record<string, unknown>;

let system: System;
let proxy: Server;
let order: Omit<Input, 'idempotencyKey'>;
/** How many answers to placeOrder get lost from now on, and how often it was asked. */
let toLose = 0;
let asked = 0;
const lifecycles: Lifecycle[] = [];

/** Between a gateway and orders: passes everything on, and breaks the connection when an answer is to get lost. */
const startProxy = async (target: string): Promise<Server> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const forward = async (): Promise<void> => {
        const body = Buffer.concat(chunks).toString();
        const { host: _, connection: _1, 'content-length': _2, ...headers } = request.headers;
        const answer = await fetch(target, { method: 'POST', headers: headers as Record<string, string>, body });
        const text = await answer.text();
        // The answer is there, so orders has committed.
        const places = body.includes('placeOrder');
        if (places) asked += 1;
        if (places && toLose > 0) {
          toLose -= 1;
          request.socket.resetAndDestroy();
          return;
        }
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
      };
      forward().catch(() => response.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** A gateway of its own that reaches orders through the proxy; without a path. */
const startBehindProxy = async (config: string): Promise<string> => {
  const file = join(mkdtempSync(join(tmpdir(), 'lost-answers-')), 'gateway.yaml');
  writeFileSync(file, config);
  const { port } = proxy.address() as AddressInfo;
  const env = {
    ...system.environment.env,
    PORT_GATEWAY: '0',
    METRICS_PORT_GATEWAY: '0',
    ROUTING_URL_ORDERS: `http://127.0.0.1:${port}/graphql`,
  };
  const lifecycle = createLifecycle({ log: createLogger({ service: 'gateway', level: 'silent' }) });
  lifecycles.push(lifecycle);
  return (await startGateway(loadConfig({ config: file }, env), lifecycle)).url;
};

beforeAll(async () => {
  system = await startSystem('lost_answers', inProcess);
  proxy = await startProxy(`${system.environment.urlOf('orders')}/graphql`);
  const { products } = await system.client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 1 });
  const product = products.edges[0]?.node;
  if (product === undefined) throw new Error('The demo data has no product in stock.');
  order = {
    items: [{ productId: product.id, quantity: 1 }],
    expectedTotal: product.price,
    paymentToken: 'tok_approve',
  };
}, 120_000);
afterAll(async () => {
  await Promise.all(lifecycles.map((lifecycle) => lifecycle.close()));
  proxy.closeAllConnections();
  proxy.close();
  await system.end();
}, 60_000);

const place = async (gateway: string, input: Input, headers: Record<string, string> = {}) => {
  const response = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${system.client.token('carla')}`,
      ...headers,
    },
    body: JSON.stringify({ query: PlaceOrderDocument.toString(), variables: { input } }),
  });
  return (await response.json()) as {
    data?: { placeOrder?: { order?: { id: string } } } | null;
    errors?: { extensions: { code: string } }[];
  };
};

/** What came of the order with this key: it is placed and paid once, whoever asked how often. */
const expectOneCharge = async (key: string): Promise<void> => {
  const rows = await system.sql('orders', 'SELECT order_id FROM idempotency_keys WHERE idempotency_key = $1', [key]);
  expect(rows).toHaveLength(1);
  const id = String(rows[0]?.['order_id']);
  await eventually(
    async () => expect((await system.client.get(OrderByIdDocument, { id }, 'carla')).order?.status).toBe('PAID'),
    { timeoutMs: 60_000, everyMs: 100 },
  );
  const [placed] = await system.sql(
    'orders',
    `SELECT count(*)::int AS n FROM events WHERE aggregate_id = $1 AND event_type = 'OrderPlaced'`,
    [id],
  );
  expect(placed?.['n']).toBe(1);
  const ledger = await system.sql(
    'payments',
    `SELECT operation FROM provider_sandbox_ledger
     WHERE payment_id = (SELECT id::text FROM payments WHERE order_id = $1) ORDER BY created_at`,
    [id],
  );
  expect(ledger.map(({ operation }) => operation)).toEqual(['authorize', 'capture']);
};

describe('an order whose answer gets lost after orders has committed it', () => {
  test('is not sent again when placeOrder is not declared idempotent: one charge, and the client is told', async () => {
    const gateway = await startBehindProxy('upstream: { retry: { baseMs: 1 } }\n');
    const key = randomUUID();
    toLose = 1;
    asked = 0;
    const answer = await place(gateway, { ...order, idempotencyKey: key }, { 'idempotency-key': key });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(asked).toBe(1);
    await expectOneCharge(key);
    // The client may ask again with the key of its order, and is told which one it was.
    expect((await place(gateway, { ...order, idempotencyKey: key })).data?.placeOrder?.order?.id).toBeDefined();
    await expectOneCharge(key);
  });

  test('is sent again when it is declared and the client gave a key: one charge, and an answer', async () => {
    const gateway = await startBehindProxy('upstream: { retry: { baseMs: 1, idempotentMutations: [placeOrder] } }\n');
    const key = randomUUID();
    toLose = 2;
    asked = 0;
    const answer = await place(gateway, { ...order, idempotencyKey: key }, { 'idempotency-key': key });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.placeOrder?.order?.id).toBeDefined();
    expect(asked).toBe(3);
    await expectOneCharge(key);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topology } from '@supergraph/platform';
import { eventually, startTestKafka, startTestPostgres, startTestRedis, type TestServer } from '@supergraph/testing';
import pg from 'pg';
import { BrowseProductsDocument, FollowOrderDocument, OrderByIdDocument } from './generated/operations.ts';
import { processes } from './support/hosts.ts';
import { buy, buyUntilHeard, type Basket } from './support/purchase.ts';
import { startSystem, type System } from './support/system.ts';

let postgres: TestServer;
let kafka: TestServer;
let redis: TestServer;
let system: System;
let basket: Basket;
beforeAll(async () => {
  [postgres, kafka, redis] = await Promise.all([startTestPostgres(), startTestKafka(), startTestRedis()]);
  const client = new pg.Client({ connectionString: `${postgres.url}/postgres` });
  await client.connect();
  for (const name of topology.subgraphNames) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  system = await startSystem('outages', processes, {
    KAFKA_BROKERS: kafka.url,
    REDIS_URL: redis.url.includes('://') ? redis.url : `redis://${redis.url}`,
    ...Object.fromEntries(
      topology.subgraphNames.map((name) => [topology.databases[name].env, `${postgres.url}/${name}`]),
    ),
  });
  const { products } = await system.client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 1 });
  const product = products.edges[0]?.node;
  if (product === undefined) throw new Error('The demo data has no product in stock.');
  basket = { items: [{ productId: product.id, quantity: 1 }], total: product.price };
}, 180_000);
afterAll(async () => {
  await system.end();
  await Promise.all([postgres.remove(), kafka.remove(), redis.remove()]);
}, 60_000);

const patient = { timeoutMs: 100_000, everyMs: 200 };
const statusOf = async (id: string) => (await system.client.get(OrderByIdDocument, { id }, 'carla')).order?.status;
const paid = (id: string) => eventually(async () => expect(await statusOf(id)).toBe('PAID'), patient);

describe('the platform', () => {
  test('takes orders while Kafka is down, and finishes them when it is back', async () => {
    await kafka.kill();
    const ids = [
      await buy(system.client, basket, 'tok_approve', 'carla'),
      await buy(system.client, basket, 'tok_approve', 'carla'),
    ];
    expect(await Promise.all(ids.map(statusOf))).toEqual(['PLACED', 'PLACED']);
    await kafka.start();
    for (const id of ids) await paid(id);
  }, 240_000);

  test('says so while PostgreSQL restarts, stays up, and goes on by itself', async () => {
    const before = await buy(system.client, basket, 'tok_slow_approve', 'carla');
    await postgres.kill();
    const answer = await system.client.ask(OrderByIdDocument, { id: before }, 'carla');
    expect(answer.codes).toEqual(['DATABASE_UNAVAILABLE']);
    expect(JSON.stringify(answer.errors)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|at .*\.ts/);
    await postgres.start();
    await eventually(
      async () => expect((await system.client.ask(OrderByIdDocument, { id: before }, 'carla')).codes).toEqual([]),
      patient,
    );
    await paid(before);
    await paid(await buy(system.client, basket, 'tok_approve', 'carla'));
  }, 240_000);

  test('tells a subscriber everything although Redis is down: a wake-up may be lost, an event not', async () => {
    const following = system.client.subscribe(FollowOrderDocument, {}, 'carla');
    await buyUntilHeard(system.client, basket, 'carla', [following]);
    await redis.kill();
    const second = await buy(system.client, basket, 'tok_approve', 'carla');
    await eventually(
      () =>
        expect(
          following.events
            .filter(({ orderEvents }) => orderEvents.order.id === second)
            .map(({ orderEvents }) => orderEvents.type),
        ).toEqual(['PLACED', 'STOCK_RESERVED', 'PAYMENT_AUTHORIZED', 'PAID']),
      patient,
    );
    await redis.start();
    expect(following.ended()).toBeUndefined();
    await following.stop();
  }, 240_000);

  test('answers in part while a subgraph is down, and in full when it is back', async () => {
    const id = await buy(system.client, basket, 'tok_approve', 'carla');
    const ask = () =>
      system.client.ask<{ order: { id: string; items: { product: { name: string } }[] } | null }, object>(
        `{ order(id: "${id}") { id items { quantity product { name } } payment { status } } }`,
        {},
        'carla',
      );
    await system.stop('payments');
    const answer = await ask();
    expect(answer.codes).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(answer.data).toMatchObject({ order: { id, payment: null } });
    expect(answer.data?.order?.items[0]?.product.name).toEqual(expect.any(String));
    expect(JSON.stringify(answer.errors)).not.toMatch(/127\.0\.0\.1|localhost|ECONN/);
    await system.start('payments');
    await eventually(async () => expect((await ask()).codes).toEqual([]), patient);
    await paid(id);
  }, 240_000);
});

describe('bad input', () => {
  const post = async (body: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(system.client.url, {
      method: 'POST',
      // With application/json alone a well-formed request is answered with 200 (GraphQL over HTTP, section 6.4.1).
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...headers,
      },
      body,
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      body: JSON.parse(text) as { errors?: { extensions?: { code?: string } }[]; data?: unknown },
    };
  };
  const query = (text: string, variables?: object) => JSON.stringify({ query: text, variables });

  test.each([
    ['malformed JSON', '{"query": ', 400, 'MALFORMED_JSON'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['a query that is no GraphQL', query('{ me {'), 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', query('{ me { shoeSize } }'), 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a variable of another type',
      query('query($n: Int!) { products(first: $n) { nodes { id } } }', { n: 'many' }),
      200,
      'BAD_USER_INPUT',
    ],
    ['a missing variable', query('query($id: ID!) { order(id: $id) { id } }'), 200, 'BAD_USER_INPUT'],
    ['a body that is too large', query(`{ me { id } } #${'x'.repeat(2_000_000)}`), 413, 'REQUEST_TOO_LARGE'],
    ['a page that is too large', query('{ products(first: 1000) { nodes { id } } }'), 200, 'PAGE_SIZE_OUT_OF_RANGE'],
    ['a cursor from nowhere', query('{ products(after: "nowhere") { nodes { id } } }'), 200, 'CURSOR_INVALID'],
  ])('%s gets a code', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer.body.errors?.map(({ extensions }) => extensions?.code)).toEqual([code]);
    if (status !== 200) expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/stacktrace|node_modules|\.ts:/);
  });

  test('an unknown id is nothing, whatever it looks like', async () => {
    for (const id of ['00000000-0000-4000-8000-999999999999', 'x', '', "'; DROP TABLE orders; --"]) {
      const answer = await system.client.ask(
        'query($id: ID!) { order(id: $id) { id } product(id: $id) { id } user(id: $id) { id } payment(id: $id) { id } }',
        { id },
        'ada',
      );
      expect(answer.codes).toEqual([]);
      expect(answer.data).toEqual({ order: null, product: null, user: null, payment: null });
    }
  });

  test('a token that is none is refused before anything is asked', async () => {
    const answer = await post(query('{ me { id } }'), { authorization: 'Bearer not.a.token' });
    expect(answer.status).toBe(401);
    expect(answer.body.errors?.[0]?.extensions?.code).toBe('TOKEN_INVALID');
  });

  test('leaves the gateway able to answer', async () => {
    expect((await post(query('{ me { id } }'))).body).toEqual({ data: { me: null } });
  });
});

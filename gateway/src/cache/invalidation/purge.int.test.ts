import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, testBackingServices, testNamespace } from '@supergraph/testing';
import { Redis } from 'ioredis';
import { startCachingShop, type CachingShop } from '../../../test/cachingShop.ts';
import type { TestGateway } from '../../../test/startTestGateway.ts';
import { createTagStore } from '../tags/createTagStore.ts';
import { parsePurge, purge } from './purge.ts';

const namespace = testNamespace('purge');
let shop: CachingShop;
let redis: Redis;
let gateways: TestGateway[];

beforeAll(async () => {
  shop = await startCachingShop('purge');
  redis = new Redis(testBackingServices().redisUrl);
  gateways = [await shop.start({ namespace }), await shop.start({ namespace })];
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await shop.close();
  redis.disconnect();
});

const pricesAt = async (gateway: TestGateway): Promise<unknown> => {
  const { body } = await gateway.post({
    query: '{ product(id: "p1") { price } products(maxPrice: 200) { id price } }',
  });
  return body.data;
};
const areKept = (): Promise<void> =>
  eventually(async () => {
    for (const gateway of gateways) await pricesAt(gateway);
    shop.fetches();
    for (const gateway of gateways) await pricesAt(gateway);
    expect(shop.fetches()).toBe(0);
  });

test.each([['Product:p1 Product:list'], ['Product'], ['--all']])(
  'what nobody told of is seen by every gateway after npm run purge -- %s',
  async (line) => {
    await areKept();
    const row = shop.products.get('p1');
    if (row === undefined) throw new Error('There is no such product.');
    row.price = row.price === 100 ? 110 : 100;
    const { price } = row;
    const parsed = parsePurge(line.split(' '));
    if ('print' in parsed) throw new Error(parsed.print);
    await purge(createTagStore({ redis, namespace }), parsed.run);
    const expected = {
      product: { price },
      products: [
        { id: 'p1', price },
        { id: 'p2', price: 200 },
      ],
    };
    for (const gateway of gateways) await eventually(async () => expect(await pricesAt(gateway)).toEqual(expected));
    await areKept();
    row.price = 100;
    await purge(createTagStore({ redis, namespace }), { tags: null });
  },
);

describe('the command line', () => {
  test.each([
    ['without anything', [], 2],
    ['with tags and --all', ['--all', 'Product'], 2],
    ['with what is no tag', ['Product:'], 2],
    ['with an unknown option', ['--everything'], 2],
    ['with --help', ['--help'], 0],
  ])('%s says how it is used', (_what, args, exitCode) => {
    expect(parsePurge(args)).toMatchObject({ exitCode, print: expect.stringContaining('Usage: npm run purge') });
  });
});

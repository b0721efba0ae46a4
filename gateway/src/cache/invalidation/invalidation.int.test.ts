import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createKafka, ensureTopics, type KafkaClient } from '@supergraph/messaging';
import { createLogger } from '@supergraph/service-kit';
import { eventually, testBackingServices, testNamespace } from '@supergraph/testing';
import { randomUUID } from 'node:crypto';
import { startCachingShop, type CachingShop } from '../../../test/cachingShop.ts';
import type { TestGateway } from '../../../test/startTestGateway.ts';

const namespace = testNamespace('invalidation');
let shop: CachingShop;
let kafka: KafkaClient;
let gateways: TestGateway[];

beforeAll(async () => {
  const { kafkaBrokers } = testBackingServices();
  shop = await startCachingShop('invalidation');
  kafka = createKafka({
    brokers: [kafkaBrokers],
    clientId: 'test',
    namespace,
    log: createLogger({ service: 'test', level: 'silent' }),
  });
  await ensureTopics(kafka, { replicationFactor: 1, partitions: 2 });
  const start = () => shop.start({ kafkaBrokers: [kafkaBrokers], namespace });
  gateways = [await start(), await start()];
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await shop.close();
});

/** What a service does that changes something by itself: it writes into its database, then the event is published. */
const changeBehindTheGraph = async (productId: string, price: number): Promise<void> => {
  const product = shop.products.get(productId);
  if (product === undefined) throw new Error('There is no such product.');
  product.price = price;
  const producer = kafka.producer();
  await producer.connect();
  const event = {
    event_id: randomUUID(),
    aggregate_type: 'Product',
    aggregate_id: productId,
    aggregate_version: 2,
    event_type: 'ProductPriceChanged',
    event_version: 1,
    event_data: {
      productId,
      sku: 'SKU',
      name: product.name,
      active: true,
      price: { amount: price, currency: 'EUR' },
      previousPrice: { amount: 1, currency: 'EUR' },
      at: '2026-01-01T00:00:00.000Z',
    },
    customer_id: null,
    metadata: { user_id: null, correlation_id: 'c', causation_id: null, timestamp: '2026-01-01T00:00:00.000Z' },
  };
  await producer.send({
    topic: kafka.named('product-events'),
    messages: [
      {
        key: productId,
        value: JSON.stringify(event),
        headers: { event_type: event.event_type, 'content-type': 'application/json' },
      },
    ],
  });
  await producer.disconnect();
};

const pricesAt = async (gateway: TestGateway): Promise<unknown> => {
  const { body } = await gateway.post({
    query: '{ product(id: "p1") { price } products(maxPrice: 150) { id price } }',
  });
  return body.data;
};

test('what a service changes by itself is seen by every gateway once its event was read, in entities and lists', async () => {
  for (const price of [140, 130, 160]) {
    for (const gateway of gateways) await pricesAt(gateway);
    await changeBehindTheGraph('p1', price);
    const expected = { product: { price }, products: price > 150 ? [] : [{ id: 'p1', price }] };
    const allSee = async () => {
      for (const gateway of gateways) expect(await pricesAt(gateway)).toEqual(expected);
    };
    await eventually(allSee, { timeoutMs: 50_000 });
    // And it is cached: nothing is fetched for those who ask again. The event may still come a second time.
    await eventually(async () => {
      shop.fetches();
      await allSee();
      expect(shop.fetches()).toBe(0);
    });
  }
});

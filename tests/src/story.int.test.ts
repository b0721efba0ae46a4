import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@supergraph/testing';
import { z } from 'zod';
import {
  BrowseProductsDocument,
  CancelOrderDocument,
  FollowOrderDocument,
  FollowPaymentsDocument,
  OrderByIdDocument,
  PlaceOrderDocument,
  ShipOrderDocument,
} from './generated/operations.ts';
import { inProcess } from './support/hosts.ts';
import { buy, buyUntilHeard, type Basket } from './support/purchase.ts';
import { startSystem, type System } from './support/system.ts';

describe.each(['apollo', 'compiled'])('with engine: %s', (engine) => {
  let system: System;
  let basket: Basket;
  beforeAll(async () => {
    system = await startSystem(`story-${engine}`, inProcess, { GATEWAY_ENGINE: engine });
    basket = await anyBasket();
  });
  afterAll(() => system.end());

  /** Two products that are in stock. */
  const anyBasket = async (): Promise<Basket> => {
    const { products } = await system.client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 2 });
    const items = products.edges.map(({ node }) => ({ productId: node.id, quantity: 2, price: node.price }));
    return { items: items.map(({ productId, quantity }) => ({ productId, quantity })), total: totalOf(items) };
  };
  const totalOf = (items: readonly { quantity: number; price: { amount: number; currency: string } }[]) => ({
    amount: items.reduce((sum, { quantity, price }) => sum + quantity * price.amount, 0),
    currency: items[0]?.price.currency ?? '',
  });
  const order = (id: string) => system.client.get(OrderByIdDocument, { id }, 'carla').then((data) => data.order);
  const stockOf = async (productId: string) => {
    const [row] = await system.sql('products', 'SELECT on_hand - reserved AS available FROM products WHERE id = $1', [
      productId,
    ]);
    return row?.['available'];
  };

  describe('the explorer', () => {
    test('begins with operations that work: look, follow, buy', async () => {
      const page = await (await fetch(system.client.url.replace('/graphql', '/'))).text();
      const text = /defaultQuery: ("(?:[^"\\]|\\.)*")/.exec(page)?.[1] ?? '""';
      const operations = z.string().parse(JSON.parse(text));
      const run = (operationName: string) =>
        fetch(system.client.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${system.client.token('carla')}` },
          body: JSON.stringify({ query: operations, operationName }),
        }).then((response) => response.json());
      expect(await run('Catalogue')).toMatchObject({ data: { product: { price: { currency: 'EUR' } } } });
      expect(await run('Buy')).toMatchObject({ data: { placeOrder: { outcome: 'PLACED' } } });
    });
  });

  describe('the story of an order', () => {
    test('is told to its customer event by event, from placing to paid, with what other subgraphs know', async () => {
      const orders = system.client.subscribe(FollowOrderDocument, {}, 'carla');
      const payments = system.client.subscribe(FollowPaymentsDocument, {}, 'carla');
      await buyUntilHeard(system.client, basket, 'carla', [orders, payments]);

      const id = await buy(system.client, basket, 'tok_approve', 'carla');
      const paymentId = (
        await eventually(async () => (await order(id))?.payment ?? Promise.reject(new Error('no payment yet')))
      ).id;
      await eventually(() =>
        expect(
          orders.events
            .filter(({ orderEvents }) => orderEvents.order.id === id)
            .map(({ orderEvents }) => orderEvents.type),
        ).toEqual(['PLACED', 'STOCK_RESERVED', 'PAYMENT_AUTHORIZED', 'PAID']),
      );
      await eventually(() =>
        expect(
          payments.events
            .filter(({ paymentEvents }) => paymentEvents.payment.id === paymentId)
            .map(({ paymentEvents }) => paymentEvents.type),
        ).toEqual(['PAYMENT_REQUESTED', 'PAYMENT_AUTHORIZED', 'PAYMENT_CAPTURE_REQUESTED', 'PAYMENT_CAPTURED']),
      );
      const event = orders.events.at(-1)?.orderEvents;
      expect(event?.order.customer.name).toBe('Carla');
      expect(event?.order.items.map(({ product }) => typeof product?.name)).toEqual(['string', 'string']);
      expect(await order(id)).toMatchObject({
        status: 'PAID',
        total: basket.total,
        payment: { status: 'CAPTURED', amount: basket.total },
      });
      expect(orders.ended()).toBeUndefined();
      await Promise.all([orders.stop(), payments.stop()]);
    });

    test('keeps the id of the request that began it: in every subgraph, through Kafka, to its end', async () => {
      const requestId = `shop-${engine}/1`;
      const { items, total } = basket;
      const input = { items, expectedTotal: total, paymentToken: 'tok_approve', idempotencyKey: requestId };
      const response = await fetch(system.client.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${system.client.token('carla')}`,
          'x-request-id': requestId,
        },
        body: JSON.stringify({ query: PlaceOrderDocument.toString(), variables: { input } }),
      });
      expect(response.headers.get('x-request-id')).toBe(requestId);
      const eventsOf = async (subgraph: 'orders' | 'payments' | 'products') =>
        (
          await system.sql(
            subgraph,
            `SELECT event_type FROM events WHERE metadata->>'correlationId' = $1 ORDER BY seq`,
            [requestId],
          )
        ).map(({ event_type: type }) => type);
      // Each of them heard of it from another one, in a message.
      await eventually(async () => expect(await eventsOf('orders')).toContain('OrderPaid'));
      expect(await eventsOf('products')).toContain('StockReserved');
      expect(await eventsOf('payments')).toContain('PaymentCaptured');
    });

    test.each([
      ['tok_decline', 'CARD_DECLINED'],
      ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
    ])('ends with its stock released when the card is refused (%s)', async (token, declineCode) => {
      const before = await stockOf(basket.items[0]?.productId ?? '');
      const id = await buy(system.client, basket, token, 'carla');
      await eventually(async () =>
        expect(await order(id)).toMatchObject({
          status: 'CANCELLED',
          cancelReason: 'PAYMENT_DECLINED',
          payment: { status: 'DECLINED', declineCode },
        }),
      );
      await eventually(async () => expect(await stockOf(basket.items[0]?.productId ?? '')).toBe(before));
    });

    test('ends at once when the warehouse does not have all of it', async () => {
      const [item] = basket.items;
      if (item === undefined) throw new Error('an empty basket');
      const available = Number(await stockOf(item.productId));
      await system.sql('products', 'UPDATE products SET on_hand = reserved + 1 WHERE id = $1', [item.productId]);
      const id = await buy(system.client, basket, 'tok_approve', 'carla');
      await eventually(async () =>
        expect(await order(id)).toMatchObject({ status: 'CANCELLED', cancelReason: 'OUT_OF_STOCK', payment: null }),
      );
      await system.sql('products', 'UPDATE products SET on_hand = reserved + $2 WHERE id = $1', [
        item.productId,
        available,
      ]);
    });

    test('gives the money back when a paid order is cancelled, and cannot be shipped then', async () => {
      const id = await buy(system.client, basket, 'tok_approve', 'carla');
      await eventually(async () => expect((await order(id))?.status).toBe('PAID'));
      await system.client.get(CancelOrderDocument, { input: { orderId: id } }, 'carla');
      await eventually(async () =>
        expect(await order(id)).toMatchObject({
          status: 'CANCELLED',
          payment: { status: 'REFUNDED', refundedAmount: { amount: basket.total.amount } },
        }),
      );
      expect((await system.client.ask(ShipOrderDocument, { input: { orderId: id } }, 'margaret')).codes).toEqual([
        'ORDER_NOT_SHIPPABLE',
      ]);
    });

    test('charges nothing when it is cancelled while the provider thinks', async () => {
      // It thinks for three seconds; whoever cancels later gets the money back, and tries again here.
      await eventually(async () => {
        const id = await buy(system.client, basket, 'tok_slow_approve', 'carla');
        await eventually(async () => expect((await order(id))?.payment).toBeTruthy());
        await system.client.get(CancelOrderDocument, { input: { orderId: id } }, 'carla');
        await eventually(async () =>
          expect((await order(id))?.payment?.status).toEqual(expect.stringMatching(/^(VOIDED|REFUNDED)$/)),
        );
        expect(await order(id)).toMatchObject({
          status: 'CANCELLED',
          cancelReason: 'CUSTOMER_REQUEST',
          payment: { status: 'VOIDED' },
        });
      });
    });

    test('is still told in full when a product has gone off sale since', async () => {
      const id = await buy(system.client, basket, 'tok_approve', 'carla');
      const [item] = basket.items;
      await system.sql('products', 'UPDATE products SET active = false WHERE id = $1', [item?.productId]);
      const { order: told } = await system.client.get<{ order: unknown }, object>(
        `{ order(id: "${id}") { items { name product { name } } } }`,
        {},
        'carla',
      );
      expect(told).toMatchObject({
        items: [
          { name: expect.any(String), product: null },
          { name: expect.any(String), product: { name: expect.any(String) } },
        ],
      });
      await system.sql('products', 'UPDATE products SET active = true WHERE id = $1', [item?.productId]);
    });

    test('tells a buyer who saw another price, and writes nothing', async () => {
      const answer = await system.client.get(
        PlaceOrderDocument,
        {
          input: {
            items: basket.items,
            expectedTotal: { ...basket.total, amount: basket.total.amount - 1 },
            paymentToken: 'tok_approve',
            idempotencyKey: 'another price',
          },
        },
        'carla',
      );
      expect(answer.placeOrder).toEqual({ outcome: 'PRICE_CHANGED', currentTotal: basket.total, order: null });
    });
  });
});

import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { eventually } from '@supergraph/testing';
import { PlaceOrderDocument } from '../generated/operations.ts';
import type { Client, Subscription } from './client.ts';

/** What somebody is about to buy, with the total they saw. */
export type Basket = Readonly<{
  items: readonly Readonly<{ productId: string; quantity: number }>[];
  total: Readonly<{ amount: number; currency: string }>;
}>;

/** Places an order that must be accepted, and gives its id. */
export async function buy(client: Client, { items, total }: Basket, paymentToken: string, as: string): Promise<string> {
  const { placeOrder } = await client.get(
    PlaceOrderDocument,
    { input: { items, expectedTotal: total, paymentToken, idempotencyKey: randomUUID() } },
    as,
  );
  if (placeOrder.order === null || placeOrder.order === undefined) throw new Error(`Not placed: ${placeOrder.outcome}`);
  return placeOrder.order.id;
}

/**
 * Buys until the subscriptions hear of it: the protocol has no acknowledgement of a subscription, so an event tells
 * that it is there.
 */
export async function buyUntilHeard(
  client: Client,
  basket: Basket,
  as: string,
  subscriptions: readonly Subscription<unknown>[],
): Promise<void> {
  await eventually(
    async () => {
      await buy(client, basket, 'tok_approve', as);
      await eventually(() => expect(subscriptions.every(({ events }) => events.length > 0)).toBe(true), {
        timeoutMs: 2_000,
      });
    },
    { timeoutMs: 30_000 },
  );
}

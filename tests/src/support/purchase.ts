import { randomUUID } from 'node:crypto';
import { PlaceOrderDocument } from '../generated/operations.ts';
import type { Client } from './client.ts';

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

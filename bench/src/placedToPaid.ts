import { setTimeout as pause } from 'node:timers/promises';
import { createGraphClient } from '@supergraph/platform';
import { z } from 'zod';
import { placeOrder, type Offer } from './shop.ts';

const event = z.object({ orderEvents: z.object({ type: z.string(), order: z.object({ id: z.string() }) }) });
const placed = z.object({ placeOrder: z.object({ order: z.object({ id: z.string() }) }) });

/**
 * How long it takes from sending an order to its PAID event over a WebSocket, for orders placed one at a time.
 *
 * @returns milliseconds, in ascending order.
 */
export async function placedToPaid({
  url,
  token,
  offer,
  orders,
}: Readonly<{ url: string; token: string; offer: Offer; orders: number }>): Promise<readonly number[]> {
  const client = createGraphClient(url, token);
  const paidAt = new Map<string, number>();
  const stop = await client.follow(event, 'subscription { orderEvents { type order { id } } }', ({ orderEvents }) => {
    if (orderEvents.type === 'PAID') paidAt.set(orderEvents.order.id, performance.now());
  });
  const times: number[] = [];
  try {
    await pause(500); // a subscription is not acknowledged; the first orders would be missed
    for (let n = 0; n < orders; n += 1) {
      const { query, variables } = placeOrder(offer);
      const began = performance.now();
      const { id } = (await client.ask(placed, query, variables)).placeOrder.order;
      const deadline = began + 30_000;
      while (!paidAt.has(id) && performance.now() < deadline) await pause(2);
      times.push((paidAt.get(id) ?? Number.POSITIVE_INFINITY) - began);
    }
  } finally {
    await stop();
  }
  return times.toSorted((a, b) => a - b);
}

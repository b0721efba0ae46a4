import type { Task, Tasks } from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import { z } from 'zod';
import type { OrderStore } from '../orderStore.ts';

/** The kind of the task that ends an order whose payment nobody answered. */
export const paymentDeadline = 'payment-deadline';

const payloadSchema = z.object({ orderId: z.string(), correlationId: z.string(), causationId: z.string() });

/**
 * The one place that owns the clock: no answer in time cancels the order. One that came in time has made the command
 * meaningless, and then nothing follows.
 */
export const createPaymentDeadline =
  ({
    db,
    store,
    tasks,
    now,
  }: Readonly<{ db: Db; store: OrderStore; tasks: () => Pick<Tasks, 'complete'>; now: () => string }>) =>
  async (task: Task): Promise<void> => {
    const { orderId, correlationId, causationId } = payloadSchema.parse(task.payload);
    const cause = { userId: null, correlationId, causationId };
    await db.transaction(async (tx) => {
      await store.handle(orderId, { type: 'ExpirePayment', data: { orderId, now: now() } }, cause, { tx });
      await tasks().complete(tx, task);
    });
  };

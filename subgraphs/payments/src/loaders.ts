import type { Db } from '@supergraph/postgres';
import { groupsInOrderOf, inOrderOf } from '@supergraph/subgraph-kit';
import DataLoader from 'dataloader';
import { findPayments, findPaymentsOfOrders, findRefunds } from './paymentTable.ts';
import { isUuid } from './uuid.ts';

/** Batches of one request: one statement each, however many payments an operation touches. */
export const createLoaders = (db: Db) => {
  const payments = new DataLoader(async (given: readonly string[]) => {
    const ids = given.map((id) => id.toLowerCase());
    return inOrderOf(ids, await findPayments(db, ids.filter(isUuid)), ({ id }) => id);
  });
  const paymentsOfOrders = new DataLoader(async (given: readonly string[]) => {
    const ids = given.map((id) => id.toLowerCase());
    return inOrderOf(ids, await findPaymentsOfOrders(db, ids.filter(isUuid)), ({ order_id }) => order_id);
  });
  const refunds = new DataLoader(async (paymentIds: readonly string[]) =>
    groupsInOrderOf(paymentIds, await findRefunds(db, paymentIds), ({ payment_id }) => payment_id),
  );
  return {
    /** By payment id. */
    payments,
    /** By order id. */
    paymentsOfOrders,
    /** By payment id. */
    refunds,
    /** After a mutation: what was read before is out of date. */
    forget: ({ id, order_id }: Readonly<{ id: string; order_id: string }>) => {
      payments.clear(id);
      paymentsOfOrders.clear(order_id);
      refunds.clear(id);
    },
  };
};

export type Loaders = ReturnType<typeof createLoaders>;

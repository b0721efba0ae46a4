import { userIdOf } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { newAggregateId } from '@supergraph/events';
import { equalMoney, type Money } from '@supergraph/money';
import type { Db, Tx } from '@supergraph/postgres';
import type { Asking } from './asking.ts';
import { checkBasket, priceBasket } from './domain/basket.ts';
import { claimKey, releaseKey } from './idempotencyKeys.ts';
import { readPlaceOrder } from './inputs.ts';
import { findOrders, type OrderRow } from './orderRows.ts';
import type { OrderStore } from './orderStore.ts';
import { keepPaymentToken } from './paymentInstructions.ts';
import { findPrices } from './prices.ts';

/** What came of placing an order. */
export type Placing =
  | Readonly<{ outcome: 'PLACED'; order: OrderRow; currentTotal: Money }>
  | Readonly<{ outcome: 'PRICE_CHANGED'; order: null; currentTotal: Money }>;

/**
 * Places an order in one transaction: the idempotency key, the card token, the events and the inline tables are there
 * together or not at all. With a total other than the one expected nothing is written, and the key is free again.
 *
 * @throws DomainError BAD_USER_INPUT, BASKET_INVALID, QUANTITY_OUT_OF_RANGE, PRODUCT_UNAVAILABLE, CURRENCY_MISMATCH,
 *   MONEY_OUT_OF_RANGE, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED.
 */
export const createPlaceOrder =
  ({ db, store, now }: Readonly<{ db: Db; store: OrderStore; now: () => string }>) =>
  async (input: unknown, { viewer, cause }: Asking): Promise<Placing> => {
    const customerId = userIdOf(viewer);
    if (customerId === null) throw new DomainError('UNAUTHENTICATED', 'Sign in first.');
    const { idempotencyKey: key, ...payload } = readPlaceOrder(input);
    const { items: lines, expectedTotal, paymentToken, shippingAddressId } = payload;
    checkBasket(lines);

    const at = now();
    const orderId = newAggregateId(customerId, { now: Date.parse(at) });
    const paymentId = newAggregateId(customerId, { now: Date.parse(at) });

    return db.transaction(async (tx) => {
      const earlier = await claimKey(tx, { viewerId: customerId, key, payload, orderId });
      if (earlier !== null) return placed(tx, earlier);

      const prices = await findPrices(
        tx,
        lines.map(({ productId }) => productId),
      );
      const { items, total } = priceBasket(lines, prices);
      if (!equalMoney(total, expectedTotal)) {
        await releaseKey(tx, { viewerId: customerId, key });
        return { outcome: 'PRICE_CHANGED', order: null, currentTotal: total };
      }
      await keepPaymentToken(tx, orderId, paymentToken);
      const data = { orderId, customerId, paymentId, items, total, shippingAddressId, now: at };
      await store.handle(orderId, { type: 'PlaceOrder', data }, cause, { tx });
      return placed(tx, orderId);
    });
  };

async function placed(tx: Tx, orderId: string): Promise<Placing> {
  const [order] = await findOrders(tx, [orderId]);
  if (order === undefined) throw new Error(`Order ${orderId} was placed and has no row.`);
  return { outcome: 'PLACED', order, currentTotal: order.total };
}

import { createHash } from 'node:crypto';
import { multiplyMoney, sumMoney, type Money } from '@supergraph/money';
import { demoAccounts } from './demoAccounts.ts';
import { demoProducts } from './demoProducts.ts';
import { newAggregateId } from './ids.ts';
import type { CancelReason, OrderItem } from './orderEvents.ts';

/** An order that is there at the first start; orders and payments both derive their seed events from it. */
export type DemoOrder = Readonly<{
  orderId: string;
  paymentId: string;
  customerId: string;
  items: readonly OrderItem[];
  total: Money;
  status: 'PAID' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';
  cancelReason: CancelReason | null;
  trackingNumber: string | null;
  /** When each step was taken (RFC 3339, UTC); null for a step that was never reached. */
  placedAt: string;
  stockReservedAt: string | null;
  /** Null without a successful authorisation. A captured payment of a cancelled order has been refunded in full. */
  authorizedAt: string | null;
  paidAt: string | null;
  shippedAt: string | null;
  deliveredAt: string | null;
  cancelledAt: string | null;
}>;

const orderCount = 300;
const days = 90;
const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
/** The day on which the demo's story ends: fixed, so that every installation has the same orders. */
const storyEnd = Date.parse('2026-10-31T18:00:00.000Z');

const customers = demoAccounts.filter(({ role }) => role === 'customer');
const time = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Bytes that look random and are the same for the same words. */
const dice = (words: string): Buffer => createHash('sha256').update(words).digest();

const pick = <T>(list: readonly T[], number: number): T => {
  const chosen = list[number % list.length];
  if (chosen === undefined) throw new RangeError('Nothing to pick from.');
  return chosen;
};

/** One order in eight is cancelled, each time for the next reason. */
const cancelReasons = [
  'CUSTOMER_REQUEST',
  'PAYMENT_DECLINED',
  'OUT_OF_STOCK',
  'PAYMENT_TIMEOUT',
  'STAFF_REQUEST',
] as const satisfies readonly CancelReason[];

function itemsOf(rolled: Buffer): readonly OrderItem[] {
  const count = 1 + (rolled.readUInt8(0) % 4);
  const chosen = new Map<string, OrderItem>();
  for (let line = 0; line < count; line += 1) {
    const { id, sku, name, price } = pick(demoProducts, rolled.readUInt16BE(2 + 2 * line));
    chosen.set(id, { productId: id, sku, name, quantity: 1 + (rolled.readUInt8(12 + line) % 3), unitPrice: price });
  }
  return [...chosen.values()];
}

type Story = Pick<DemoOrder, 'status' | 'cancelReason' | 'trackingNumber'> &
  Readonly<Record<'reserved' | 'authorized' | 'paid' | 'shipped' | 'delivered' | 'cancelled', number | null>>;

/** How it went on after an order was placed, by its age: old ones have arrived, the newest wait to be shipped. */
function storyOf(number: number, placed: number, rolled: Buffer): Story {
  const reserved = placed + second;
  const authorized = reserved + (2 + (rolled.readUInt8(20) % 4)) * second;
  const paid = authorized + second;
  const shipped = paid + (20 + (rolled.readUInt8(21) % 40)) * hour;
  const delivered = shipped + (30 + (rolled.readUInt8(22) % 70)) * hour;
  const none = { reserved: null, authorized: null, paid: null, shipped: null, delivered: null, cancelled: null };
  const open = { ...none, cancelReason: null, trackingNumber: null, reserved, authorized, paid };
  const trackingNumber = `TRK${String(rolled.readUInt32BE(24)).padStart(10, '0')}`;

  if (number % 8 === 7) {
    const cancelled = { ...none, status: 'CANCELLED', trackingNumber: null } as const;
    const cancelReason = pick(cancelReasons, (number - 7) / 8);
    switch (cancelReason) {
      case 'OUT_OF_STOCK':
        return { ...cancelled, cancelReason, cancelled: reserved };
      case 'PAYMENT_DECLINED':
        return { ...cancelled, cancelReason, reserved, cancelled: authorized };
      case 'PAYMENT_TIMEOUT':
        return { ...cancelled, cancelReason, reserved, cancelled: reserved + 900 * second };
      case 'CUSTOMER_REQUEST':
      case 'STAFF_REQUEST':
        return { ...cancelled, cancelReason, reserved, authorized, paid, cancelled: paid + 3 * hour };
    }
  }
  if (delivered < storyEnd) return { ...open, status: 'DELIVERED', trackingNumber, shipped, delivered };
  if (shipped < storyEnd) return { ...open, status: 'SHIPPED', trackingNumber, shipped };
  return { ...open, status: 'PAID' };
}

function demoOrder(number: number): DemoOrder {
  const rolled = dice(`demo order ${number}`);
  const placed = storyEnd - 4 * hour - Math.floor((days * day * (orderCount - 1 - number)) / orderCount);
  const customerId = pick(customers, rolled.readUInt8(30)).id;
  const items = itemsOf(rolled);
  const currency = items[0]?.unitPrice.currency ?? 'EUR';
  const story = storyOf(number, placed, rolled);
  const at = (step: number | null): string | null => (step === null ? null : time(step));
  return {
    orderId: newAggregateId(customerId, { now: placed, random: dice(`demo order id ${number}`) }),
    paymentId: newAggregateId(customerId, { now: placed, random: dice(`demo payment id ${number}`) }),
    customerId,
    items,
    total: sumMoney(
      items.map(({ unitPrice, quantity }) => multiplyMoney(unitPrice, quantity)),
      currency,
    ),
    status: story.status,
    cancelReason: story.cancelReason,
    trackingNumber: story.trackingNumber,
    placedAt: time(placed),
    stockReservedAt: at(story.reserved),
    authorizedAt: at(story.authorized),
    paidAt: at(story.paid),
    shippedAt: at(story.shipped),
    deliveredAt: at(story.delivered),
    cancelledAt: at(story.cancelled),
  };
}

/** The 300 orders of the demo, oldest first: always the same, over the 90 days before a fixed date. */
export const demoOrders = (): readonly DemoOrder[] =>
  Array.from({ length: orderCount }, (_, number) => demoOrder(number));

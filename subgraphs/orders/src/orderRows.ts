import type { CancelReason, OrderItem } from '@supergraph/events';
import type { Money } from '@supergraph/money';
import type { Query } from '@supergraph/postgres';
import type { OrderStatus } from './domain/order.ts';

/** An order as it is shown: its row in the inline table. */
export type OrderRow = Readonly<{
  id: string;
  customerId: string;
  status: OrderStatus;
  cancelReason: CancelReason | null;
  total: Money;
  trackingNumber: string | null;
  shippingAddressId: string | null;
  placedAt: string;
  updatedAt: string;
}>;

export type OrderedItem = OrderItem;

/** The columns of `orders` that make up an OrderRow. */
export const orderColumns = `order_id, customer_id, status, cancel_reason, total_amount, total_currency,
  tracking_number, shipping_address_id, placed_at, updated_at`;

/** A row of `orders` as the driver hands it over. */
export type OrderRecord = Readonly<{
  order_id: string;
  customer_id: string;
  status: OrderStatus;
  cancel_reason: CancelReason | null;
  total_amount: number;
  total_currency: string;
  tracking_number: string | null;
  shipping_address_id: string | null;
  placed_at: string;
  updated_at: string;
}>;

export const toOrderRow = (record: OrderRecord): OrderRow => ({
  id: record.order_id,
  customerId: record.customer_id,
  status: record.status,
  cancelReason: record.cancel_reason,
  total: { amount: record.total_amount, currency: record.total_currency },
  trackingNumber: record.tracking_number,
  shippingAddressId: record.shipping_address_id,
  placedAt: record.placed_at,
  updatedAt: record.updated_at,
});

type From = Readonly<{ query: Query }>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text can be an id here; anything else is as unknown as an id that nobody has. */
export const isUuid = (text: string): boolean => uuid.test(text);

/** The orders with these ids, in no particular order; unknown ones are left out. */
export async function findOrders(from: From, ids: readonly string[]): Promise<readonly OrderRow[]> {
  const rows = await from.query<OrderRecord>(`SELECT ${orderColumns} FROM orders WHERE order_id = ANY($1::uuid[])`, [
    ids.filter(isUuid),
  ]);
  return rows.map(toOrderRow);
}

/** The items of many orders in one statement, by order id, each list as it was ordered. */
export async function findItems(
  from: From,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly OrderedItem[]>> {
  const rows = await from.query<{
    order_id: string;
    product_id: string;
    sku: string;
    name: string;
    quantity: number;
    unit_amount: number;
    unit_currency: string;
  }>(
    `SELECT order_id, product_id, sku, name, quantity, unit_amount, unit_currency FROM order_items
     WHERE order_id = ANY($1::uuid[]) ORDER BY order_id, line`,
    [orderIds],
  );
  return groupBy(
    rows,
    (row) => row.order_id,
    (row) => ({
      productId: row.product_id,
      sku: row.sku,
      name: row.name,
      quantity: row.quantity,
      unitPrice: { amount: row.unit_amount, currency: row.unit_currency },
    }),
  );
}

/** Lists by key, each in the order of the rows. */
export function groupBy<Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => Value,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [valueOf(row)]);
    else group.push(valueOf(row));
  }
  return groups;
}

import type { Query } from '@supergraph/postgres';
import { toConnection, type Connection, type Page } from '@supergraph/subgraph-kit';
import { z } from 'zod';
import type { OrderStatus } from './domain/order.ts';
import { groupBy, isUuid, orderColumns, toOrderRow, type OrderRecord, type OrderRow } from './orderRows.ts';

/** Where a page of orders begins: when its last predecessor was placed, and the id among those of the same moment. */
export const orderCursor = z.tuple([z.iso.datetime(), z.uuid()]).readonly();
export type OrderPage = Page<z.output<typeof orderCursor>>;
export type PageOfOrders = Connection<OrderRow>;
export type OrderFilter = Readonly<{ status: OrderStatus | null; customerId: string | null }>;

type From = Readonly<{ query: Query }>;

export const toConnectionOfOrders = (rows: readonly OrderRow[], page: OrderPage): PageOfOrders =>
  toConnection(rows, page, ({ placedAt, id }) => [placedAt, id]);

/** A page of all orders, newest first, by keyset: each page costs the same, and new orders shift nothing. */
export async function pageOfOrders(
  from: From,
  { status, customerId }: OrderFilter,
  page: OrderPage,
): Promise<PageOfOrders> {
  if (customerId !== null && !isUuid(customerId)) return toConnectionOfOrders([], page);
  const params: unknown[] = [page.limit + 1];
  const conditions = [
    ...(status === null ? [] : [`status = $${params.push(status)}`]),
    ...(customerId === null ? [] : [`customer_id = $${params.push(customerId)}`]),
    ...(page.after === null
      ? []
      : [`(placed_at, order_id) < ($${params.push(page.after[0])}, $${params.push(page.after[1])})`]),
  ];
  const rows = await from.query<OrderRecord>(
    `SELECT ${orderColumns} FROM orders ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY placed_at DESC, order_id DESC LIMIT $1`,
    params,
  );
  return toConnectionOfOrders(rows.map(toOrderRow), page);
}

/** The same page of many customers' orders in one statement, by customer id. */
export async function pagesOfCustomers(
  from: From,
  customerIds: readonly string[],
  page: OrderPage,
): Promise<ReadonlyMap<string, PageOfOrders>> {
  const [placedAt, orderId] = page.after ?? [null, null];
  const rows = await from.query<OrderRecord>(
    `SELECT recent.* FROM unnest($1::uuid[]) AS customer (id)
     CROSS JOIN LATERAL (
       SELECT ${orderColumns} FROM orders
       WHERE customer_id = customer.id
         AND ($3::timestamptz IS NULL OR (placed_at, order_id) < ($3::timestamptz, $4::uuid))
       ORDER BY placed_at DESC, order_id DESC LIMIT $2
     ) AS recent
     ORDER BY recent.placed_at DESC, recent.order_id DESC`,
    [customerIds.filter(isUuid), page.limit + 1, placedAt, orderId],
  );
  const byCustomer = groupBy(rows, (row) => row.customer_id, toOrderRow);
  return new Map(customerIds.map((id) => [id, toConnectionOfOrders(byCustomer.get(id.toLowerCase()) ?? [], page)]));
}

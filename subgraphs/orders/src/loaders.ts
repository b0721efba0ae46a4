import type { Db } from '@supergraph/postgres';
import { inOrderOf } from '@supergraph/subgraph-kit';
import DataLoader from 'dataloader';
import { pagesOfCustomers, type PageOfOrders, type OrderPage } from './orderPages.ts';
import { findItems, findOrders, type OrderedItem, type OrderRow } from './orderRows.ts';
import { findTimelines, type TimelineEntry } from './timeline.ts';

type CustomerPage = Readonly<{ customerId: string; page: OrderPage }>;

const pageKey = ({ page }: CustomerPage): string => JSON.stringify(page);

/** Pages that differ by customer alone are one statement; in practice a query asks for one kind of page. */
async function loadPages(db: Db, keys: readonly CustomerPage[]): Promise<PageOfOrders[]> {
  const found = new Map<string, Promise<ReadonlyMap<string, PageOfOrders>>>();
  for (const { page } of new Map(keys.map((key) => [pageKey(key), key])).values()) {
    const same = keys.filter((key) => pageKey(key) === pageKey({ customerId: '', page }));
    found.set(
      pageKey({ customerId: '', page }),
      pagesOfCustomers(
        db,
        same.map(({ customerId }) => customerId),
        page,
      ),
    );
  }
  return Promise.all(
    keys.map(async (key) => {
      const connection = (await found.get(pageKey(key)))?.get(key.customerId);
      if (connection === undefined) throw new Error('A page was asked for and not read.');
      return connection;
    }),
  );
}

/** Batches reads of one request, or of one event of a subscription; thrown away with the answer. */
export const createLoaders = (db: Db) => ({
  orders: new DataLoader<string, OrderRow | null>(async (ids) => {
    const known = ids.map((id) => id.toLowerCase());
    return inOrderOf(known, await findOrders(db, known), ({ id }) => id);
  }),
  items: new DataLoader<string, readonly OrderedItem[]>(async (orderIds) => {
    const items = await findItems(db, orderIds);
    return orderIds.map((id) => items.get(id) ?? []);
  }),
  timelines: new DataLoader<string, readonly TimelineEntry[]>(async (orderIds) => {
    const timelines = await findTimelines(db, orderIds);
    return orderIds.map((id) => timelines.get(id) ?? []);
  }),
  customerPages: new DataLoader<CustomerPage, PageOfOrders, string>((keys) => loadPages(db, keys), {
    cacheKeyFn: (key) => `${key.customerId} ${pageKey(key)}`,
  }),
});

export type Loaders = ReturnType<typeof createLoaders>;

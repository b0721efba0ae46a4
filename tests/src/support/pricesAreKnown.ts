import { createDb, type Db } from '@supergraph/postgres';
import { eventually } from '@supergraph/testing';
import type { SystemEnvironment } from './environment.ts';

/** Resolves when orders has heard of everything that products sells: nothing can be ordered before. */
export const pricesAreKnown = async ({ databaseUrl }: SystemEnvironment): Promise<void> => {
  const connect = (name: 'orders' | 'products'): Db =>
    createDb({ url: databaseUrl(name), applicationName: 'tests', max: 1, log: { warn: () => undefined } });
  const [orders, products] = [connect('orders'), connect('products')];
  const rowsOf = async (db: Db, table: string): Promise<number> => (await db.query(`SELECT FROM ${table}`)).length;
  try {
    await eventually(async () => {
      const [known, all] = [await rowsOf(orders, 'product_prices'), await rowsOf(products, 'products')];
      if (known !== all) throw new Error(`orders knows ${known} of ${all} prices`);
    });
  } finally {
    await Promise.all([orders.close(), products.close()]);
  }
};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rootDir } from '@supergraph/platform';
import { eventually } from '@supergraph/testing';
import type { Browser } from 'playwright-core';
import { BrowseProductsDocument } from './generated/operations.ts';
import { launchChromium } from './support/chromium.ts';
import { accountId } from './support/client.ts';
import { inProcess } from './support/hosts.ts';
import { buy } from './support/purchase.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  system = await startSystem('event_source', inProcess);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await system.end();
}, 60_000);

/** What docs/subscriptions.md tells the reader to write. */
const recipe = (): string => {
  const page = readFileSync(join(rootDir, 'docs/subscriptions.md'), 'utf8');
  const [, code] = /\*\*`EventSource`\*\*.*?```js\n(.*?)```/s.exec(page) ?? [];
  if (code === undefined) throw new Error('docs/subscriptions.md has no recipe for EventSource.');
  return code;
};

test('the recipe for EventSource follows with a session, and resumes in a browser by itself when the gateway restarts', async () => {
  const { client } = system;
  const { products } = await client.get(BrowseProductsDocument, { filter: { inStock: true }, first: 1 });
  const product = products.edges[0]?.node;
  if (product === undefined) throw new Error('The demo data has no product in stock.');
  const basket = { items: [{ productId: product.id, quantity: 1 }], total: product.price };
  const ordered: string[] = [];
  const order = async (): Promise<void> => void ordered.push(await buy(client, basket, 'tok_approve', 'carla'));
  /** All that there is to tell of them has happened. */
  const allPaid = () =>
    eventually(async () => {
      const orders = await system.sql('orders', 'SELECT status FROM orders WHERE order_id = ANY($1)', [ordered]);
      expect(orders.map(({ status }) => status)).toEqual(ordered.map(() => 'PAID'));
    });

  const page = await browser.newPage();
  await page.goto(`${new URL(client.url).origin}/health/live`);
  await page.evaluate(`
    window.seen = [];
    window.problems = [];
    const query = 'subscription { orderEvents { id type } }';
    const accessToken = async () => ${JSON.stringify(client.token('carla'))};
    const show = (event) => window.seen.push(event.orderEvents.id);
    const report = (errors) => window.problems.push(errors);
    (async () => { ${recipe()} })();
  `);
  const seen = () => page.evaluate<string[]>('window.seen');
  const due = async (): Promise<readonly string[]> => {
    const rows = await system.sql(
      'orders',
      `SELECT event_id AS id FROM events WHERE topic = 'order-events' AND customer_id = $1 ORDER BY position`,
      [accountId('carla')],
    );
    const ids = rows.map(({ id }) => String(id));
    // What happened before the browser was there is not for it.
    return ids.slice(ids.indexOf((await seen())[0] ?? ''));
  };

  await eventually(
    async () => {
      await order();
      await eventually(async () => expect((await seen()).length).toBeGreaterThan(0), { timeoutMs: 3_000 });
    },
    { timeoutMs: 60_000 },
  );
  await system.stop('gateway');
  await system.start('gateway');
  // A browser waits some seconds before it connects again.
  await order();
  await allPaid();
  await eventually(async () => expect(await seen()).toEqual(await due()));
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(await page.evaluate('window.problems')).toEqual([]);
}, 240_000);

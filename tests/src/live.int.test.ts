import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@supergraph/testing';
import type { Browser } from 'playwright-core';
import { launchChromium } from './support/chromium.ts';
import { inProcess } from './support/hosts.ts';
import { credentialsOf, startIdentitySystem, type IdentitySystem } from './support/identity.ts';
import { pricesAreKnown } from './support/pricesAreKnown.ts';

let system: IdentitySystem;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  system = await startIdentitySystem('live', inProcess);
  await Promise.all((['products', 'orders', 'payments'] as const).map((name) => system.start(name)));
  await pricesAreKnown(system.environment);
}, 180_000);
afterAll(async () => {
  await browser.close();
  await system.end();
}, 60_000);

test('the page shows what happens to an order, and after a cut what was missed, in order and once', async () => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));

  await page.goto(`${system.issuer}/live`);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const { email, password } = credentialsOf('carla');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Live.', { exact: true }).waitFor();
  const token = (await page.evaluate<string | null>("sessionStorage.getItem('token')")) ?? '';
  const paidOrders = async (): Promise<number> => {
    const { body } = await system.ask(token, '{ me { orders(first: 50) { nodes { status } } } }');
    expect(body.errors).toBeUndefined();
    return (JSON.stringify(body).match(/"PAID"/g) ?? []).length;
  };
  const paidBefore = await paidOrders();
  expect(new URL(page.url()).search).toBe('');

  const types = (kind: string) => page.locator(`li.${kind} b`).allTextContents();
  const story = ['PLACED', 'STOCK_RESERVED', 'PAYMENT_AUTHORIZED', 'PAID'].map((type) => `order ${type}`);
  await page.getByRole('button', { name: 'Place an order' }).click();
  await eventually(async () => expect(await types('order')).toEqual(story));
  await eventually(async () => expect((await types('payment')).length).toBeGreaterThan(0));
  expect(await page.locator('li.missed').count()).toBe(0);

  await page.getByRole('button', { name: 'Cut the connection' }).click();
  await page.getByText('The connection is cut.').waitFor();
  await page.getByRole('button', { name: 'Place an order' }).click();
  await eventually(async () => expect(await paidOrders()).toBe(paidBefore + 2));
  expect(await types('order')).toEqual(story);
  await page.getByRole('button', { name: 'Connect again' }).click();
  await eventually(async () => expect(await types('order')).toEqual([...story, ...story]));
  expect(await page.locator('li.order.missed').count()).toBeGreaterThan(0);
  const ids = await page.locator('li').evaluateAll((items) => items.map((item) => item.getAttribute('data-id')));
  expect(new Set(ids).size).toBe(ids.length);
  expect(complaints).toEqual([]);
}, 180_000);

import { expect, test } from '@jest/globals';
import { demoProducts } from './demoProducts.ts';

test('there are at least 200 products, each with its own id, sku and name', () => {
  expect(demoProducts.length).toBeGreaterThanOrEqual(200);
  for (const field of ['id', 'sku', 'name'] as const)
    expect(new Set(demoProducts.map((product) => product[field])).size).toBe(demoProducts.length);
});

test('ids and skus count from one, so that others can name a product', () => {
  expect(demoProducts[0]).toMatchObject({ id: '00000000-0000-4000-9000-000000000001', sku: 'SKU-0001' });
  expect(demoProducts[41]).toMatchObject({ id: '00000000-0000-4000-9000-000000000042', sku: 'SKU-0042' });
});

test('every price is in euros and above nothing', () => {
  expect(demoProducts.every(({ price }) => price.currency === 'EUR' && price.amount > 0)).toBe(true);
});

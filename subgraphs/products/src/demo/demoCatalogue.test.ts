import { describe, expect, test } from '@jest/globals';
import { demoCatalogue } from './loadDemoCatalogue.ts';
import { demoCategories } from './demoCategories.ts';

const products = demoCatalogue('2026-11-23T09:30:00.000Z');
const levelOf = (path: string): number => path.split('/').length;

describe("the demo's catalogue", () => {
  test('describes every product', () => {
    expect(products.filter(({ description }) => description.length < 40)).toEqual([]);
  });

  test('has three levels, and every product stands on a shelf of the third', () => {
    const shelves = new Set(demoCategories.filter(({ path }) => levelOf(path) === 3).map(({ slug }) => slug));
    expect(Math.max(...demoCategories.map(({ path }) => levelOf(path)))).toBe(3);
    expect(products.filter(({ categorySlug }) => !shelves.has(categorySlug))).toEqual([]);
    expect(new Set(products.map(({ categorySlug }) => categorySlug))).toEqual(shelves);
  });

  test('has each id and sku once, and at least 200 products on sale', () => {
    expect(new Set(products.map(({ id }) => id)).size).toBe(products.length);
    expect(new Set(products.map(({ sku }) => sku)).size).toBe(products.length);
    expect(products.filter(({ active }) => active).length).toBeGreaterThanOrEqual(200);
  });

  test('has some last pieces, some sold out, some not on sale, and never more reserved than on hand', () => {
    const available = products.map(({ onHand, reserved }) => onHand - reserved);
    expect(Math.min(...available)).toBe(0);
    expect(available).toContain(3);
    expect(products.some(({ active }) => !active)).toBe(true);
    expect(products.some(({ reserved }) => reserved > 0)).toBe(true);
  });
});

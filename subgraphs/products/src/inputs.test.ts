import { describe, expect, test } from '@jest/globals';
import { adjustStockInput, createProductInput, readInput, updateProductInput } from './inputs.ts';

const lamp = {
  sku: 'LAMP-1',
  name: ' Desk Lamp ',
  description: '',
  category: 'desk-lamps',
  price: { amount: 11900, currency: 'EUR' },
  stock: 3,
  active: true,
};

describe('a new product', () => {
  test('is read without the blanks around its texts', () => {
    expect(readInput(createProductInput, lamp)).toEqual({ ...lamp, name: 'Desk Lamp' });
  });

  test.each([
    ['sku', 'lamp 1'],
    ['sku', 'X'.repeat(41)],
    ['name', '  '],
    ['name', 'x'.repeat(201)],
    ['name', 'desk\0lamp'],
    ['description', 'x'.repeat(5_001)],
    ['category', 'Desk Lamps'],
    ['price', { amount: -1, currency: 'EUR' }],
    ['price', { amount: 1, currency: 'euro' }],
    ['stock', -1],
  ])('is refused with the %s %j', (field, value) => {
    expect(() => readInput(createProductInput, { ...lamp, [field]: value })).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        details: { problems: [expect.stringMatching(new RegExp(`^${field}`))] },
      }),
    );
  });

  test('tells of every problem at once', () => {
    expect(() => readInput(createProductInput, { ...lamp, name: '', stock: -1 })).toThrow(
      expect.objectContaining({ details: { problems: ['name: must not be empty', 'stock: must not be negative'] } }),
    );
  });
});

test('null in an update means left out', () => {
  expect(readInput(updateProductInput, { id: 'x', name: null, active: false })).toEqual({ id: 'x', active: false });
});

test('an adjustment by nothing is refused', () => {
  const adjustment = { id: 'x', delta: 0, reason: 'count', idempotencyKey: 'k' };
  expect(() => readInput(adjustStockInput, adjustment)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

import { describe, expect, test } from '@jest/globals';
import { decideReservation, linesOf } from './reservation.ts';

const stock = (entries: Record<string, Readonly<{ onHand: number; reserved: number; active?: boolean }>>) =>
  new Map(Object.entries(entries).map(([id, product]) => [id, { active: true, ...product }]));

describe('the lines of an order', () => {
  test('a product that stands in two items is one line', () => {
    const items = [
      { productId: 'b', quantity: 1 },
      { productId: 'a', quantity: 2 },
      { productId: 'b', quantity: 3 },
    ];
    expect(linesOf(items)).toEqual([
      { productId: 'a', quantity: 2 },
      { productId: 'b', quantity: 4 },
    ]);
  });

  test('come in the order of their ids, whatever the order of the items', () => {
    const items = ['c', 'a', 'b'].map((productId) => ({ productId, quantity: 1 }));
    expect(linesOf(items)).toEqual(linesOf([...items].reverse()));
  });
});

describe('a reservation', () => {
  test('is made when every line can be had, the last piece included', () => {
    const lines = [
      { productId: 'a', quantity: 2 },
      { productId: 'b', quantity: 1 },
    ];
    const products = stock({ a: { onHand: 5, reserved: 3 }, b: { onHand: 1, reserved: 0 } });
    expect(decideReservation(lines, products)).toEqual({ status: 'RESERVED' });
  });

  test('is refused as a whole, naming what is short, unknown or not on sale', () => {
    const lines = ['enough', 'short', 'unknown', 'retired'].map((productId) => ({ productId, quantity: 2 }));
    const products = stock({
      enough: { onHand: 2, reserved: 0 },
      short: { onHand: 9, reserved: 8 },
      retired: { onHand: 9, reserved: 0, active: false },
    });
    expect(decideReservation(lines, products)).toEqual({
      status: 'REJECTED',
      unavailable: [
        { productId: 'short', requested: 2, available: 1 },
        { productId: 'unknown', requested: 2, available: 0 },
        { productId: 'retired', requested: 2, available: 0 },
      ],
    });
  });
});

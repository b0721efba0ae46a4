import { describe, expect, test } from '@jest/globals';
import { decideAdjustment, decideDescription, decidePrice, decideShipment } from './decisions.ts';
import { evolveProduct, type Product, type ProductChange } from './product.ts';

const at = '2026-11-23T09:30:00.000Z';
const lamp: Product = {
  id: '00000000-0000-4000-9000-000000000109',
  sku: 'SKU-0109',
  name: 'Desk Lamp',
  description: 'Dims warm.',
  categorySlug: 'desk-lamps',
  price: { amount: 11900, currency: 'EUR' },
  onHand: 10,
  reserved: 4,
  active: true,
  version: 7,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const after = (events: readonly ProductChange[]): Product => events.reduce(evolveProduct, lamp);

describe('describing a product', () => {
  test('what is left out stays as it is, and the event carries all of it', () => {
    const events = decideDescription(lamp, { name: 'Reading Lamp' }, at);
    expect(events).toEqual([
      {
        type: 'ProductUpdated',
        data: {
          productId: lamp.id,
          sku: 'SKU-0109',
          name: 'Reading Lamp',
          description: 'Dims warm.',
          categorySlug: 'desk-lamps',
          active: true,
          at,
        },
      },
    ]);
    expect(after(events)).toEqual({ ...lamp, name: 'Reading Lamp', version: 8, updatedAt: at });
  });

  test('what is so already is no event', () => {
    expect(decideDescription(lamp, { name: 'Desk Lamp', active: true }, at)).toEqual([]);
  });
});

describe('pricing a product', () => {
  test('the event tells the price before and after', () => {
    const [event] = decidePrice(lamp, { amount: 9900, currency: 'EUR' }, at);
    expect(event?.data).toMatchObject({
      name: 'Desk Lamp',
      active: true,
      price: { amount: 9900, currency: 'EUR' },
      previousPrice: { amount: 11900, currency: 'EUR' },
    });
  });

  test('the same amount of another currency is another price', () => {
    const dollars = { amount: 11900, currency: 'USD' };
    expect(after(decidePrice(lamp, dollars, at)).price).toEqual(dollars);
    expect(decidePrice(lamp, lamp.price, at)).toEqual([]);
  });
});

describe('adjusting the stock', () => {
  test('pieces can be taken out down to what orders hold back', () => {
    expect(after(decideAdjustment(lamp, -6, at))).toMatchObject({ onHand: 4, reserved: 4, version: 8 });
  });

  test('not one piece more can be taken out', () => {
    expect(() => decideAdjustment(lamp, -7, at)).toThrow(
      expect.objectContaining({ code: 'STOCK_NEGATIVE', details: { productId: lamp.id, available: 6, delta: -7 } }),
    );
  });

  test('a warehouse has an end', () => {
    expect(() => decideAdjustment(lamp, 2_147_483_647, at)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });
});

test('what is shipped is neither on hand nor reserved any more', () => {
  const events = decideShipment(lamp, 3, at);
  expect(events[0]?.data).toMatchObject({ delta: -3, reason: 'SHIPPED' });
  expect(after(events)).toMatchObject({ onHand: 7, reserved: 1 });
});

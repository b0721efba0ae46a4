import { describe, expect, test } from '@jest/globals';
import { checkBasket, priceBasket, type BasketLine } from './basket.ts';

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const product = (productId: string, amount: number, active = true) => ({
  productId,
  sku: `SKU-${productId}`,
  name: `Product ${productId}`,
  price: eur(amount),
  active,
});
const code = (name: string) => expect.objectContaining({ code: name });
const lines = (count: number): BasketLine[] =>
  Array.from({ length: count }, (_, n) => ({ productId: `p${n}`, quantity: 1 }));

describe('a basket', () => {
  test('has 1 to 50 lines', () => {
    expect(() => checkBasket([])).toThrow(code('BASKET_INVALID'));
    expect(() => checkBasket(lines(50))).not.toThrow();
    expect(() => checkBasket(lines(51))).toThrow(code('BASKET_INVALID'));
  });

  test('names each product once', () => {
    expect(() => checkBasket([...lines(2), ...lines(1)])).toThrow(
      expect.objectContaining({ code: 'BASKET_INVALID', details: { productIds: ['p0'] } }),
    );
  });

  test.each([0, -1, 101])('has no quantity of %p', (quantity) => {
    expect(() => checkBasket([{ productId: 'p', quantity }])).toThrow(code('QUANTITY_OUT_OF_RANGE'));
  });

  test('costs what its products cost today, in its own order', () => {
    const basket = [
      { productId: 'b', quantity: 3 },
      { productId: 'a', quantity: 1 },
    ];
    const { items, total } = priceBasket(basket, [product('a', 1_000), product('b', 250)]);
    expect(total).toEqual(eur(1_750));
    expect(items).toEqual([
      { productId: 'b', sku: 'SKU-b', name: 'Product b', quantity: 3, unitPrice: eur(250) },
      { productId: 'a', sku: 'SKU-a', name: 'Product a', quantity: 1, unitPrice: eur(1_000) },
    ]);
  });

  test('with products that are unknown or not on sale names all of them', () => {
    const basket = [...lines(1), { productId: 'off', quantity: 1 }, { productId: 'never', quantity: 1 }];
    expect(() => priceBasket(basket, [product('p0', 1), product('off', 1, false)])).toThrow(
      expect.objectContaining({ code: 'PRODUCT_UNAVAILABLE', details: { productIds: ['off', 'never'] } }),
    );
  });

  test('that costs more than can be told is refused', () => {
    expect(() => priceBasket([{ productId: 'gold', quantity: 100 }], [product('gold', 2_000_000_000)])).toThrow(
      code('MONEY_OUT_OF_RANGE'),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { formatMoney } from './formatMoney.ts';
import {
  addMoney,
  compareMoney,
  equalMoney,
  largestAmount,
  money,
  moneySchema,
  multiplyMoney,
  subtractMoney,
  sumMoney,
} from './money.ts';

const eur = (amount: number) => money(amount, 'EUR');

describe('money', () => {
  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, largestAmount + 1, -largestAmount - 1])(
    'cannot be an amount of %p',
    (amount) => expect(() => eur(amount)).toThrow(expect.objectContaining({ code: 'MONEY_OUT_OF_RANGE' })),
  );

  test.each(['eur', 'EURO', '', '€'])('cannot be of currency "%s"', (currency) =>
    expect(() => money(1, currency)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' })),
  );

  test('has no negative zero, which JSON could not tell from zero', () => {
    expect(Object.is(eur(-0).amount, 0)).toBe(true);
    expect(Object.is(multiplyMoney(eur(-5), 0).amount, 0)).toBe(true);
  });

  test('adds, subtracts and multiplies in whole minor units', () => {
    expect(addMoney(eur(10), eur(20))).toEqual(eur(30));
    expect(subtractMoney(eur(10), eur(25))).toEqual(eur(-15));
    expect(multiplyMoney(eur(1999), 3)).toEqual(eur(5997));
    expect(() => multiplyMoney(eur(1999), 1.5)).toThrow(expect.objectContaining({ code: 'MONEY_OUT_OF_RANGE' }));
  });

  test('that grows beyond a GraphQL Int is refused, not rounded', () => {
    expect(addMoney(eur(largestAmount - 1), eur(1)).amount).toBe(largestAmount);
    expect(() => addMoney(eur(largestAmount), eur(1))).toThrow(expect.objectContaining({ code: 'MONEY_OUT_OF_RANGE' }));
    expect(() => multiplyMoney(eur(largestAmount), largestAmount)).toThrow(
      expect.objectContaining({ code: 'MONEY_OUT_OF_RANGE' }),
    );
  });

  test('of different currencies is not combined or compared, but it can be told apart', () => {
    const usd = money(10, 'USD');
    for (const combine of [addMoney, subtractMoney, compareMoney]) {
      expect(() => combine(eur(10), usd)).toThrow(expect.objectContaining({ code: 'CURRENCY_MISMATCH' }));
    }
    expect(equalMoney(eur(10), usd)).toBe(false);
    expect(equalMoney(eur(10), eur(10))).toBe(true);
  });

  test('in a list adds up; nothing adds up to zero of the currency asked for', () => {
    expect(sumMoney([eur(1), eur(2), eur(3)], 'EUR')).toEqual(eur(6));
    expect(sumMoney([], 'JPY')).toEqual(money(0, 'JPY'));
    expect(() => sumMoney([money(1, 'USD')], 'EUR')).toThrow(expect.objectContaining({ code: 'CURRENCY_MISMATCH' }));
  });

  test('sorts by amount', () => {
    expect([eur(3), eur(-1), eur(2)].sort(compareMoney)).toEqual([eur(-1), eur(2), eur(3)]);
  });
});

describe('the schema for money from outside', () => {
  test('accepts what money() accepts and nothing else', () => {
    expect(moneySchema.parse({ amount: -5, currency: 'EUR' })).toEqual(eur(-5));
    for (const wrong of [
      { amount: 1.5, currency: 'EUR' },
      { amount: 1, currency: 'eur' },
      { amount: 2 ** 31, currency: 'EUR' },
      { amount: '1', currency: 'EUR' },
    ]) {
      expect(moneySchema.safeParse(wrong).success).toBe(false);
    }
  });
});

test('money is written with as many places as its currency has', () => {
  expect(formatMoney(eur(1999))).toBe('€19.99');
  expect(formatMoney(money(1999, 'JPY'))).toBe('¥1,999');
  expect(formatMoney(money(1999, 'KWD'))).toMatch(/1\.999$/);
});

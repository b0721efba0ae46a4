import { DomainError } from '@supergraph/errors';
import { z } from 'zod';

/** An amount in minor units (cents for EUR, yen for JPY) and its ISO 4217 currency. Never a float. */
export type Money = Readonly<{ amount: number; currency: string }>;

/**
 * GraphQL's Int is a signed 32-bit integer (GraphQL specification, section 3.5.1), so larger amounts cannot be
 * told to a client and are refused where they arise.
 */
export const largestAmount = 2_147_483_647;

const currencyPattern = /^[A-Z]{3}$/;

const outOfRange = (amount: number, currency: string): DomainError =>
  new DomainError('MONEY_OUT_OF_RANGE', `An amount must be a whole number within ±${largestAmount} minor units.`, {
    amount: Number.isFinite(amount) ? amount : String(amount),
    currency,
  });

/**
 * Makes money.
 *
 * @param amount whole minor units, negative ones included
 * @param currency ISO 4217 letters, upper case
 * @throws DomainError MONEY_OUT_OF_RANGE for a fraction or an amount a GraphQL Int cannot hold
 * @throws DomainError BAD_USER_INPUT for something that is no currency code
 */
export const money = (amount: number, currency: string): Money => {
  if (!currencyPattern.test(currency)) {
    throw new DomainError('BAD_USER_INPUT', 'A currency is three upper-case letters (ISO 4217).', { currency });
  }
  if (!Number.isInteger(amount) || Math.abs(amount) > largestAmount) throw outOfRange(amount, currency);
  return { amount: amount === 0 ? 0 : amount, currency };
};

const sameCurrency = (a: Money, b: Money): void => {
  if (a.currency !== b.currency) {
    throw new DomainError('CURRENCY_MISMATCH', 'Amounts of different currencies cannot be combined.', {
      currencies: [a.currency, b.currency],
    });
  }
};

/** The sum of two amounts. @throws DomainError CURRENCY_MISMATCH, MONEY_OUT_OF_RANGE */
export const addMoney = (a: Money, b: Money): Money => {
  sameCurrency(a, b);
  return money(a.amount + b.amount, a.currency);
};

/** `a` less `b`; may be negative. @throws DomainError CURRENCY_MISMATCH, MONEY_OUT_OF_RANGE */
export const subtractMoney = (a: Money, b: Money): Money => {
  sameCurrency(a, b);
  return money(a.amount - b.amount, a.currency);
};

/** A unit price times a whole quantity. @throws DomainError MONEY_OUT_OF_RANGE */
export const multiplyMoney = (unit: Money, quantity: number): Money => {
  if (!Number.isInteger(quantity)) throw outOfRange(unit.amount * quantity, unit.currency);
  return money(unit.amount * quantity, unit.currency);
};

/** The sum of a list; an empty list is nothing of `currency`. @throws DomainError CURRENCY_MISMATCH, MONEY_OUT_OF_RANGE */
export const sumMoney = (list: readonly Money[], currency: string): Money => list.reduce(addMoney, money(0, currency));

/** Same amount of the same currency. */
export const equalMoney = (a: Money, b: Money): boolean => a.amount === b.amount && a.currency === b.currency;

/** Below, at or above zero, as for `Array.sort`. @throws DomainError CURRENCY_MISMATCH */
export const compareMoney = (a: Money, b: Money): number => {
  sameCurrency(a, b);
  return a.amount - b.amount;
};

/** What `money()` accepts, for data from outside. */
export const moneySchema = z
  .object({
    amount: z.int().min(-largestAmount).max(largestAmount),
    currency: z.string().regex(currencyPattern, 'three upper-case letters (ISO 4217)'),
  })
  .readonly();

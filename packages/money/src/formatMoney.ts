import type { Money } from './money.ts';

/**
 * Money for people, in the places its currency has: `{ amount: 1999, currency: 'EUR' }` is `€19.99` in 'en'.
 * For logs, e-mails and terminals; clients format by their own locale.
 */
export const formatMoney = ({ amount, currency }: Money, locale = 'en'): string => {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const places = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** places);
};

export {
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
export type { Money } from './money.ts';
export { formatMoney } from './formatMoney.ts';

import type { Variables } from '../engine/compile/compileVariables.ts';

/** A cost that is known, or that depends on variables. What does not depend on them is worked out once. */
export type Formula = number | ((variables: Variables) => number);

/** @param variables coerced */
export const evaluate = (formula: Formula, variables: Variables): number =>
  typeof formula === 'number' ? formula : formula(variables);

const combine =
  (start: number, with_: (one: number, other: number) => number) =>
  (formulas: readonly Formula[]): Formula => {
    let known = start;
    const open: ((variables: Variables) => number)[] = [];
    for (const formula of formulas) {
      if (typeof formula === 'number') known = with_(known, formula);
      else open.push(formula);
    }
    if (open.length === 0) return known;
    return (variables) => {
      let result = known;
      for (const formula of open) result = with_(result, formula(variables));
      return result;
    };
  };

export const sum = combine(0, (one, other) => one + other);

/** The greatest of several; of none it is 0. */
export const greatest = (formulas: readonly Formula[]): Formula =>
  formulas.length === 0 ? 0 : combine(-Infinity, Math.max)(formulas);

export const product = (one: Formula, other: Formula): Formula => {
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  if (one === 0 || other === 0) return 0;
  if (one === 1) return other;
  return (variables) => evaluate(one, variables) * evaluate(other, variables);
};

/** The cost where all conditions hold, else nothing. */
export const onlyIf = (
  conditions: readonly Readonly<{ variable: string; holds: boolean }>[],
  formula: Formula,
): Formula => {
  if (conditions.length === 0 || formula === 0) return formula;
  return (variables) =>
    conditions.every(({ variable, holds }) => (variables[variable] === true) === holds)
      ? evaluate(formula, variables)
      : 0;
};

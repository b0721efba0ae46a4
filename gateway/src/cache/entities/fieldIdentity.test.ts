import { describe, expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { compileIdentity } from './fieldIdentity.ts';

const identityOf = (field: string, variables: Record<string, unknown> = {}): string => {
  const [operation] = parse(`{ ${field} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('That is no operation.');
  const [node] = operation.selectionSet.selections;
  if (node?.kind !== Kind.FIELD) throw new Error('That is no field.');
  return compileIdentity(node)(variables);
};

describe('a field is the same', () => {
  test.each([
    ['whatever it is called', 'title: name', 'name'],
    ['in whatever order its arguments are', 'a(y: 2, x: 1)', 'a(x: 1, y: 2)'],
    ['in whatever order their fields are', 'a(x: { p: 1, o: [B, null] })', 'a(x: { o: [B, null], p: 1 })'],
    ['when a variable says the same', 'a(x: $x, y: $y)', 'a(y: "s", x: { o: true, p: [1.5] })'],
    ['when a variable in an object says the same', 'a(x: { o: $o, p: $list })', 'a(x: { p: [1, 2], o: "s" })'],
    ['when a variable without a value is all it has', 'a(x: $none)', 'a'],
    ['without a field whose variable has no value', 'a(x: { o: 1, p: $none })', 'a(x: { o: 1 })'],
  ])('%s', (_why, one, other) => {
    const variables = { x: { p: [1.5], o: true }, y: 's', o: 's', list: [1, 2] };
    expect(identityOf(one, variables)).toBe(identityOf(other, variables));
  });
});

describe('a field is another one', () => {
  test.each([
    ['with another value', 'a(x: 1)', 'a(x: 2)'],
    ['when null is said', 'a(x: null)', 'a'],
    ['with a text that looks like more', 'a(x: "1,y:2")', 'a(x: "1", y: 2)'],
    ['with a list in another order', 'a(x: [1, 2])', 'a(x: [2, 1])'],
    ['with another variable', 'a(x: $x)', 'a(x: $y)'],
  ])('%s', (_why, one, other) => {
    const variables = { x: 1, y: '1' };
    expect(identityOf(one, variables)).not.toBe(identityOf(other, variables));
  });
});

import { expect, test } from '@jest/globals';
import { actualCost } from './actualCost.ts';

test('objects are counted, not what looks like one in a text', () => {
  const data = { books: [{ title: 'a { b "{" \\' }, { title: '{{{', author: { id: '1' } }, null] };
  for (const body of [JSON.stringify({ data }), Buffer.from(JSON.stringify({ data }))]) {
    expect(actualCost(body, 100)).toBe(3);
  }
});

test.each(['{', '{"', '{"name', 'a:{', '\\{', '{\\', '","x":{"y', '\n{"id":1'])(
  'a text is no object whatever is in it: %j',
  (text) => {
    const data = { books: [{ title: text, other: text }, { title: text }], last: text };
    expect(actualCost(JSON.stringify({ data }), 100)).toBe(2);
  },
);

test('an answer without objects cost nothing', () => {
  expect(actualCost('{"data":{"books":[]}}', 100)).toBe(0);
  expect(actualCost('{"data":null}', 100)).toBe(0);
});

test('counting stops where more makes no difference', () => {
  expect(actualCost(JSON.stringify({ data: { books: Array(1_000).fill({}) } }), 50)).toBe(50);
});

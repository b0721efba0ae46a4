import { expect, test } from '@jest/globals';
import { groupsInOrderOf, inOrderOf } from './inOrderOf.ts';

const rows = [
  { id: 'b', of: 'x' },
  { id: 'a', of: 'y' },
  { id: 'c', of: 'x' },
];

test('rows follow the order of their keys, with null where there is no row, as often as a key is asked for', () => {
  expect(inOrderOf(['a', 'z', 'b', 'a'], rows, ({ id }) => id)).toEqual([rows[1], null, rows[0], rows[1]]);
});

test('groups follow the order of their keys, each in the order of its rows', () => {
  expect(groupsInOrderOf(['y', 'z', 'x'], rows, ({ of }) => of)).toEqual([[rows[1]], [], [rows[0], rows[2]]]);
});

import { expect, test } from '@jest/globals';
import { placedErrors } from './placedErrors.ts';

const asked = new Map([
  [
    'users',
    new Map([
      ['name', null],
      ['bot', new Map([['version', null]])],
    ]),
  ],
]);
const answer = JSON.stringify({ users: [{ name: 'Ada' }, null] });
const placed = (path: (string | number)[], nulled = path.length) => {
  const error = { message: 'broken', path };
  return placedErrors([error], answer, asked, new Map([[error, nulled]])).map((one) => one.path);
};

test('an error stays where it is in the answer, or would be', () => {
  expect(placed(['users', 0, 'name'])).toEqual([['users', 0, 'name']]);
  expect(placed(['users', 1, 'name'])).toEqual([['users', 1, 'name']]);
});

test('an error in what only the gateway asked for is at the nearest place that is in the answer', () => {
  expect(placed(['users', 0, 'weight'])).toEqual([['users', 0]]);
});

test('an error in what was asked for objects of another type is none', () => {
  expect(placed(['users', 0, 'bot', 'version'])).toEqual([]);
});

test('an error in what was asked for objects of another type stays when the object is lost with it', () => {
  expect(placed(['users', 0, 'bot', 'version'], 2)).toEqual([['users', 0]]);
});

test('an error without a place stays as it is', () => {
  expect(placedErrors([{ message: 'down' }], answer, asked, new Map())).toEqual([{ message: 'down' }]);
});

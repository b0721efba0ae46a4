import { expect, test } from '@jest/globals';
import { chooseEncoding } from './compress.ts';

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0', null],
  ['br;q=nonsense', null],
])('for "%s" the encoding is %s', (accept, encoding) => {
  expect(chooseEncoding(accept)).toBe(encoding);
});

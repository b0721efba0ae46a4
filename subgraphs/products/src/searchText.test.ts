import { expect, test } from '@jest/globals';
import { readSearchText } from './searchText.ts';

test('the last word may be unfinished', () => {
  expect(readSearchText('wireless head')).toEqual({ whole: 'wireless head', before: 'wireless', prefix: 'head:*' });
  expect(readSearchText('SKU-00')).toEqual({ whole: 'SKU-00', before: '', prefix: 'SKU-00:*' });
});

test.each(['"desk lamp', '"desk lamp"', 'lamp -usb', 'lamp &', "knife'", 'a:*b', 'lamp -'])(
  'no prefix is made where none makes sense: %s',
  (text) => {
    expect(readSearchText(text)?.prefix).toBeNull();
  },
);

test('a finished phrase may be followed by an unfinished word', () => {
  expect(readSearchText('"desk lamp" bra')).toMatchObject({ before: '"desk lamp"', prefix: 'bra:*' });
});

test.each(['', '   ', '\0\t'])('nothing to search for is no search: %j', (text) => {
  expect(readSearchText(text)).toBeNull();
});

test('control characters part words', () => {
  expect(readSearchText('desk\0lamp')?.whole).toBe('desk lamp');
});

test('a text that is too long is refused', () => {
  expect(readSearchText('x'.repeat(200))?.whole).toHaveLength(200);
  expect(() => readSearchText('x'.repeat(201))).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

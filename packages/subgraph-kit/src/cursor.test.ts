import { describe, expect, test } from '@jest/globals';
import { createCursors } from './cursor.ts';

const key = Buffer.alloc(32, 1);
const scope = { field: 'orderEvents', arguments: { orderId: 'o1', also: null }, match: { key: 'o1' } };
const cursors = createCursors(key, scope);
const refused = expect.objectContaining({ code: 'SUBSCRIPTION_CURSOR_INVALID', details: { snapshot: true } });
const reading = (cursor: string, by = cursors) => {
  try {
    return by.read(cursor);
  } catch (error) {
    return error;
  }
};

describe('a cursor', () => {
  test('holds the position of each shard and is the same for all who follow the same', () => {
    expect(cursors.read(cursors.write({ 0: 7, 1: 9 }))).toEqual({ 0: 7, 1: 9 });
    const same = createCursors(key, { match: { key: 'o1' }, field: 'orderEvents', arguments: { orderId: 'o1' } });
    expect(same.write({ 1: 9, 0: 7 })).toBe(cursors.write({ 0: 7, 1: 9 }));
  });

  test.each([
    ['another field', { ...scope, field: 'paymentEvents' }],
    ['other arguments', { ...scope, arguments: { orderId: 'o2' } }],
    ['somebody who follows something else', { ...scope, match: 'all' }],
  ])('of %s is refused, with the offer of a snapshot', (_, other) => {
    expect(reading(createCursors(key, other).write({ 0: 7 }))).toEqual(refused);
  });

  test('of another database is refused', () => {
    expect(reading(createCursors(Buffer.alloc(32, 2), scope).write({ 0: 7 }))).toEqual(refused);
  });

  test('that was made up or changed is refused', () => {
    const [version, , mac] = cursors.write({ 0: 7 }).split('.');
    const further = Buffer.from('{"0":1}').toString('base64url');
    const made = [
      '',
      'nonsense',
      '1.e30.',
      '2.e30.AAAA',
      `${version}.${further}.${mac}`,
      cursors.write({ 0: 7 }) + '.',
    ];
    for (const cursor of made) expect(reading(cursor)).toEqual(refused);
  });
});

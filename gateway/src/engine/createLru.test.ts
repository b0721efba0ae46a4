import { describe, expect, test } from '@jest/globals';
import { createLru } from './createLru.ts';

describe('a bounded memory', () => {
  test('forgets what was not asked for longest', () => {
    const lru = createLru<number>({ entries: 2, characters: 100 });
    lru.set('a', 1);
    lru.set('b', 2);
    lru.get('a');
    lru.set('c', 3);
    expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.size()]).toEqual([1, undefined, 3, 2]);
  });

  test('knows what was asked for last, however often it was asked in turn', () => {
    const lru = createLru<number>({ entries: 2, characters: 100 });
    lru.set('a', 1);
    lru.set('b', 2);
    for (const key of ['a', 'a', 'b', 'a', 'a']) lru.get(key);
    lru.set('c', 3);
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
    lru.delete('c');
    lru.get('a');
    lru.set('c', 4);
    lru.get('a');
    lru.set('d', 5);
    expect([lru.get('a'), lru.get('c'), lru.get('d')]).toEqual([1, undefined, 5]);
  });

  test('is bounded by the length of its keys too, and keeps no key that is longer than all it may hold', () => {
    const lru = createLru<number>({ entries: 10, characters: 10 });
    lru.set('aaaaaa', 1);
    lru.set('bbbbbb', 2);
    lru.set('c'.repeat(11), 3);
    expect([lru.get('aaaaaa'), lru.get('bbbbbb'), lru.size()]).toEqual([undefined, 2, 1]);
    lru.delete('bbbbbb');
    lru.set('dddddddddd', 4);
    expect(lru.get('dddddddddd')).toBe(4);
  });
});

import { expect, test } from '@jest/globals';
import { createBoundedMap } from './boundedMap.ts';

test('a bounded map forgets what was written longest ago', () => {
  const map = createBoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size()]).toEqual([3, undefined, 4, 2]);
  map.delete('a');
  expect(map.size()).toBe(1);
});

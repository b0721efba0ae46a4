import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createDeadlines, type Due } from './deadlines.ts';

type Item = Due & { name: string };

describe('deadlines', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const start = () => {
    const told: string[] = [];
    const deadlines = createDeadlines<Item>(3200, (item) => {
      told.push(item.name);
      deadlines.remove(item);
    });
    const add = (name: string): Item => {
      const item = { name, due: 0, place: 0 };
      deadlines.add(item);
      return item;
    };
    return { told, deadlines, add };
  };

  test('tell of what is not over in its time, not before and at most a part of it later', () => {
    const { told, add } = start();
    add('first');
    jest.advanceTimersByTime(1650);
    add('second');
    jest.advanceTimersByTime(1549);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(101);
    expect(told).toEqual(['first']);
    jest.advanceTimersByTime(1549);
    expect(told).toEqual(['first']);
    jest.advanceTimersByTime(101);
    expect(told).toEqual(['first', 'second']);
  });

  test('say nothing of what was over before, in whatever order that was', () => {
    const { told, deadlines, add } = start();
    const [a, , c, d] = ['a', 'b', 'c', 'd', 'e'].map(add);
    for (const over of [a, d, c, a, c]) if (over) deadlines.remove(over);
    jest.advanceTimersByTime(10_000);
    expect(told.toSorted()).toEqual(['b', 'e']);
  });

  test('need no timer while there is nothing to wait for, and have one again when there is', () => {
    const { told, deadlines, add } = start();
    expect(jest.getTimerCount()).toBe(0);
    deadlines.remove(add('a'));
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
    add('b');
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(3300);
    expect([told, jest.getTimerCount()]).toEqual([['b'], 0]);
  });

  test('say nothing of what the end of another one has ended', () => {
    const told: string[] = [];
    const items: Item[] = ['a', 'b', 'c'].map((name) => ({ name, due: 0, place: 0 }));
    const deadlines = createDeadlines<Item>(3200, ({ name }) => {
      told.push(name);
      for (const item of items) deadlines.remove(item);
    });
    for (const item of items) deadlines.add(item);
    jest.advanceTimersByTime(10_000);
    expect([told, jest.getTimerCount()]).toEqual([['a'], 0]);
  });
});

import { describe, expect, jest, test } from '@jest/globals';
import { createMailbox } from './mailbox.ts';

const mailbox = (capacity: number, onEnd = () => {}) =>
  createMailbox<number>({ capacity, overflow: () => new Error('too many'), onEnd });

describe('a mailbox', () => {
  test('hands out what was put in, in order, whether it came before or after it was asked for', async () => {
    const { put, values } = mailbox(3);
    put(1);
    put(2);
    expect(await values.next()).toEqual({ done: false, value: 1 });
    expect(await values.next()).toEqual({ done: false, value: 2 });
    const third = values.next();
    put(3);
    expect(await third).toEqual({ done: false, value: 3 });
  });

  test('that overflows gives what fitted, then the error, then is over', async () => {
    const onEnd = jest.fn();
    const { put, values } = mailbox(2, onEnd);
    for (const value of [1, 2, 3, 4]) put(value);
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(await values.next()).toEqual({ done: false, value: 1 });
    expect(await values.next()).toEqual({ done: false, value: 2 });
    await expect(values.next()).rejects.toThrow('too many');
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });

  test('whose reader leaves ends at once and keeps nothing', async () => {
    const onEnd = jest.fn();
    const { put, values } = mailbox(2, onEnd);
    put(1);
    await values.return?.();
    put(2);
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });

  test('whose reader leaves while waiting lets that wait end', async () => {
    const { values } = mailbox(2);
    const waiting = values.next();
    await values.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('that is closed still gives what it held', async () => {
    const { put, close, values } = mailbox(2);
    put(1);
    close();
    expect(await values.next()).toEqual({ done: false, value: 1 });
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });
});

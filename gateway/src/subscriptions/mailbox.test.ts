import { describe, expect, jest, test } from '@jest/globals';
import { createMailbox, mapStream } from './mailbox.ts';

const make = (capacity = 10) => {
  const onEnd = jest.fn<(error: Error | undefined) => void>();
  return { ...createMailbox<number>({ capacity, overflow: () => new Error('full'), onEnd }), onEnd };
};

describe('a mailbox', () => {
  test('gives what was pushed, in order, then ends', async () => {
    const { stream, push, end, onEnd } = make();
    push(1);
    push(2);
    end();
    push(3);
    const read: number[] = [];
    for await (const item of stream) read.push(item);
    expect(read).toEqual([1, 2]);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  test('gives a waiting reader the next item, and its error after the items before it', async () => {
    const { stream, push, end } = make();
    const waiting = stream.next();
    push(1);
    push(2);
    end(new Error('lost'));
    expect(await waiting).toEqual({ done: false, value: 1 });
    expect(await stream.next()).toEqual({ done: false, value: 2 });
    await expect(stream.next()).rejects.toThrow('lost');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('can be left while its reader waits', async () => {
    const { stream, onEnd } = make();
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledWith(undefined);
  });

  test('ends with the overflow error when it holds too much', async () => {
    const { stream, push, onEnd } = make(1);
    push(1);
    push(2);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toThrow('full');
    expect(onEnd).toHaveBeenCalledWith(expect.objectContaining({ message: 'full' }));
  });
});

test('a mapped stream changes each item, and ending it ends its source', async () => {
  const { stream, push, onEnd } = make();
  const doubled = mapStream(stream, async (item) => item * 2);
  push(4);
  expect(await doubled.next()).toEqual({ done: false, value: 8 });
  await doubled.return();
  expect(onEnd).toHaveBeenCalledTimes(1);
});

import { describe, expect, test } from '@jest/globals';
import type { PositionedEvent } from '@supergraph/eventsourcing';
import { follow, type FollowOptions } from './follow.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';

/** A log and its tailer, moved by hand. */
const createLog = (length: number) => {
  const events: PositionedEvent[] = [];
  const readers = new Set<Mailbox<PositionedEvent>>();
  const log = {
    readers,
    tail: 0,
    reads: [] as [number, number][],
    /** Something that happens while the store is read. */
    meanwhile: () => {},
    append: (): void => {
      events.push({ position: events.length + 1 } as PositionedEvent);
    },
    deliver: (): void => {
      for (const event of events.slice(log.tail)) for (const reader of readers) reader.put(event);
      log.tail = events.length;
    },
    follow: (after: number | null, more: Partial<FollowOptions> = {}) =>
      follow({
        after,
        tail: () => log.tail,
        read: async (from, upTo) => {
          log.reads.push([from, upTo]);
          const found = events.slice(from, upTo).slice(0, 3);
          log.meanwhile();
          await Promise.resolve();
          return found;
        },
        batch: 3,
        live: () => {
          const mailbox: Mailbox<PositionedEvent> = createMailbox<PositionedEvent>({
            capacity: 100,
            overflow: () => new Error('full'),
            onEnd: () => void readers.delete(mailbox),
          });
          readers.add(mailbox);
          return mailbox.values;
        },
        snapshot: null,
        cursorAt: String,
        tellPlace: false,
        ...more,
      }),
  };
  for (let n = 0; n < length; n += 1) log.append();
  log.deliver();
  return log;
};

const take = async (stream: ReturnType<typeof follow>, count: number) => {
  const taken: (number | string)[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done === true) break;
    taken.push(value.event?.position ?? `live at ${value.cursor}`);
  }
  return taken;
};

describe('following', () => {
  test('goes on right after the position, through the store and then live, each event once', async () => {
    const log = createLog(10);
    const stream = log.follow(1, { tellPlace: true });
    expect(await take(stream, 10)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 'live at 10']);
    log.append();
    log.deliver();
    expect(await take(stream, 1)).toEqual([11]);
  });

  test('misses nothing and repeats nothing when events come while the store is read', async () => {
    const log = createLog(5);
    let left = 20;
    log.meanwhile = () => {
      for (let n = 0; n < 2 && left > 0; n += 1, left -= 1) log.append();
      log.deliver();
    };
    const stream = log.follow(0);
    const expected = Array.from({ length: 25 }, (_, index) => index + 1);
    const taken = take(stream, 25);
    // What is left comes while it is live.
    const pump = setInterval(() => log.meanwhile(), 1);
    expect(await taken).toEqual(expected);
    clearInterval(pump);
  });

  test('waits for a tailer that is behind the position, as another process may have been ahead', async () => {
    const log = createLog(4);
    log.append();
    log.append();
    const stream = log.follow(5);
    const next = take(stream, 1);
    await Promise.resolve();
    log.deliver();
    expect(await next).toEqual([6]);
  });

  test('that begins now begins at the call, and says where when asked', async () => {
    const log = createLog(2);
    const stream = log.follow(null, { tellPlace: true });
    log.append();
    log.deliver();
    expect(await take(stream, 2)).toEqual(['live at 2', 3]);
  });

  test('from a snapshot has a cursor only once all of it was taken', async () => {
    const log = createLog(3);
    const snapshot = async () => [{ position: 1 }, { position: 3 }] as PositionedEvent[];
    const stream = log.follow(null, { snapshot });
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual([
      { event: { position: 1 }, cursor: null, snapshot: true },
      { event: { position: 3 }, cursor: '3', snapshot: true },
    ]);
  });

  test('lets go of the live events when its reader leaves, or when the store cannot be read', async () => {
    const log = createLog(2);
    const left = log.follow(2);
    const waiting = left.next();
    await new Promise(setImmediate);
    expect(log.readers.size).toBe(1);
    await left.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(log.readers.size).toBe(0);

    const failing = log.follow(0, { read: () => Promise.reject(new Error('away')) });
    await expect(failing.next()).rejects.toThrow('away');
    expect(log.readers.size).toBe(0);
  });
});

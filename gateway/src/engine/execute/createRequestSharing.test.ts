import { describe, expect, test } from '@jest/globals';
import { createCancellation, type Cancellation } from './cancellation.ts';
import { createRequestSharing } from './createRequestSharing.ts';

/** Work that ends when the test says so. */
const createWork = () => {
  const begun: { cancellation: Cancellation; end: (value: string) => void; fail: (error: Error) => void }[] = [];
  const run = (cancellation: Cancellation) =>
    new Promise<string>((resolve, reject) => {
      begun.push({ cancellation, end: resolve, fail: reject });
    });
  return { begun, run };
};

describe('identical requests in flight', () => {
  test('are executed once and answered to all; the next one is executed again', async () => {
    const { begun, run } = createWork();
    const { join } = createRequestSharing<string>();
    const answers = [join('a', null, run), join('a', createCancellation(), run), join('b', null, run)];
    expect(begun).toHaveLength(2);
    begun[0]?.end('one');
    begun[1]?.end('other');
    expect(await Promise.all(answers)).toEqual(['one', 'one', 'other']);
    void join('a', null, run);
    expect(begun).toHaveLength(3);
  });

  test('fail together, and the next one is executed again', async () => {
    const { begun, run } = createWork();
    const { join } = createRequestSharing<string>();
    const answers = [join('a', null, run), join('a', createCancellation(), run)];
    begun[0]?.fail(new Error('broken'));
    const outcomes = await Promise.allSettled(answers);
    expect(outcomes).toEqual([1, 2].map(() => ({ status: 'rejected', reason: new Error('broken') })));
    void join('a', null, run);
    expect(begun).toHaveLength(2);
  });

  test('go on for those who stay when one goes, the one that began it too', async () => {
    const { begun, run } = createWork();
    const { join } = createRequestSharing<string>();
    const [first, second] = [createCancellation(), createCancellation()];
    const gone = join('a', first, run);
    const stays = join('a', second, run);
    first.cancel();
    await expect(gone).rejects.toThrow('The client is gone.');
    expect(begun[0]?.cancellation.cancelled).toBe(false);
    begun[0]?.end('one');
    expect(await stays).toBe('one');
  });

  test('are aborted when the last one goes, and nobody joins them any more', async () => {
    const { begun, run } = createWork();
    const { join } = createRequestSharing<string>();
    const clients = [createCancellation(), createCancellation()];
    const waiting = clients.map((client) => join('a', client, run));
    for (const client of clients) client.cancel();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(begun[0]?.cancellation.cancelled).toBe(true);
    const next = join('a', null, run);
    begun[0]?.end('late');
    begun[1]?.end('new');
    expect(await next).toBe('new');
  });

  test('are not begun for a client that is gone already', async () => {
    const { begun, run } = createWork();
    const gone = createCancellation();
    gone.cancel();
    await expect(createRequestSharing<string>().join('a', gone, run)).rejects.toThrow('gone');
    expect(begun).toHaveLength(0);
  });

  test('that began before they were forgotten are joined by nobody who comes later', async () => {
    const { begun, run } = createWork();
    const { join, forget } = createRequestSharing<string>();
    const before = join('a', null, run);
    forget();
    const after = join('a', null, run);
    begun[0]?.end('old');
    expect(await before).toBe('old');
    // That the old one is over must not end the new one.
    const later = join('a', null, run);
    begun[1]?.end('new');
    expect(await Promise.all([after, later])).toEqual(['new', 'new']);
    expect(begun).toHaveLength(2);
  });
});

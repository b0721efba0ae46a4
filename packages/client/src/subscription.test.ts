import { describe, expect, test } from '@jest/globals';
import type { Result } from './result.ts';
import { runSubscription, type Operation } from './subscription.ts';
import type { Ending, TransportRequest } from './transport.ts';

type Attempt = {
  extensions: TransportRequest['extensions'];
  next: (result: Result<unknown>) => void;
  end: (ending: Ending) => void;
  aborted: () => boolean;
};

/** A subscription over a transport that is moved by hand. */
const start = (operation: Partial<Operation> = {}, withGap = false) => {
  const attempts: Attempt[] = [];
  const told: unknown[] = [];
  const say =
    (what: string) =>
    (about?: unknown): void =>
      void told.push(about === undefined ? what : [what, about]);
  const subscription = runSubscription(
    {
      run: ({ extensions }, next, signal) =>
        new Promise((end) => attempts.push({ extensions, next, end, aborted: () => signal.aborted })),
      close: () => undefined,
    },
    { query: '', ...operation },
    {
      next: ({ data }) => told.push(data),
      error: say('error'),
      complete: () => say('complete')(),
      live: () => say('live')(),
      interrupted: () => say('interrupted')(),
      repeated: () => say('repeated')(),
      ...(withGap && { gap: () => say('gap')() }),
    },
    () => 0,
  );
  const attempt = async (index: number): Promise<Attempt> => {
    while (attempts[index] === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    return attempts[index];
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
  return { attempt, attempts, told, subscription, settle };
};

const lost: Ending = { kind: 'lost', reason: 'cut' };
const failed = (code: string, category = 'INVALID'): Ending => ({
  kind: 'failed',
  errors: [{ message: code, extensions: { code, category } }],
});

describe('a subscription', () => {
  test('goes on from the last cursor after each interruption, and takes nothing twice', async () => {
    const { attempt, told, subscription } = start();
    const first = await attempt(0);
    expect(first.extensions).toEqual({ cursor: null });
    first.next({ extensions: { cursor: 'c0', live: true } });
    first.next({ data: 1, extensions: { cursor: 'c1' } });
    first.end(lost);
    const second = await attempt(1);
    expect(second.extensions).toEqual({ cursor: 'c1' });
    second.next({ data: 1, extensions: { cursor: 'c1' } });
    second.next({ data: 2, extensions: { cursor: 'c2' } });
    second.end(failed('SUBSCRIPTION_OVERFLOW', 'UNAVAILABLE'));
    expect((await attempt(2)).extensions).toEqual({ cursor: 'c2' });
    expect(told).toEqual(['live', 1, 'interrupted', 'repeated', 2, 'interrupted']);
    expect(subscription.cursor()).toBe('c2');
  });

  test('begins where it was told to', async () => {
    expect((await start({ cursor: 'kept' }).attempt(0)).extensions).toEqual({ cursor: 'kept' });
    expect((await start({ snapshot: true }).attempt(0)).extensions).toEqual({ cursor: null, snapshot: true });
  });

  test.each(['SUBSCRIPTION_CURSOR_EXPIRED', 'SUBSCRIPTION_CURSOR_INVALID'])(
    'whose cursor no longer holds (%s) says so and begins with a snapshot, or fails where nobody listens to that',
    async (code) => {
      const heard = start({ cursor: 'old' }, true);
      (await heard.attempt(0)).end(failed(code));
      expect((await heard.attempt(1)).extensions).toEqual({ cursor: null, snapshot: true });
      expect(heard.told).toEqual(['gap']);
      const unheard = start({ cursor: 'old' });
      (await unheard.attempt(0)).end(failed(code));
      await unheard.settle();
      expect(unheard.attempts).toHaveLength(1);
      expect(unheard.told).toEqual([['error', [expect.objectContaining({ message: code })]]]);
    },
  );

  test('of a service that knows no cursors tells of the gap after an interruption', async () => {
    const { attempt, told } = start({}, true);
    (await attempt(0)).next({ data: 1, extensions: { resumable: false } });
    (await attempt(0)).end(lost);
    await attempt(1);
    expect(told).toEqual([1, 'gap']);
  });

  test('ends when it is completed, refused, or fails for good', async () => {
    for (const [ending, expected] of [
      [{ kind: 'complete' }, 'complete'],
      [{ kind: 'refused', reason: 4401 }, ['error', 4401]],
      [failed('FORBIDDEN', 'FORBIDDEN'), ['error', expect.anything()]],
    ] as const) {
      const { attempt, attempts, told, settle } = start();
      (await attempt(0)).end(ending as Ending);
      await settle();
      expect(told).toEqual([expected]);
      expect(attempts).toHaveLength(1);
    }
  });

  test('that was closed tells nothing more', async () => {
    const { attempt, attempts, told, subscription, settle } = start();
    const only = await attempt(0);
    subscription.close();
    only.next({ data: 1 });
    only.end(lost);
    await settle();
    expect([only.aborted(), told, attempts.length]).toEqual([true, [], 1]);
  });
});

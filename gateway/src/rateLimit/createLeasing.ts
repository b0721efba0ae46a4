import { entryOf, learn, roomAgainAt, shareLeft, type Account, type Lease } from './account.ts';
import type { Ledger } from './ledger.ts';
import type { Limits } from './limits.ts';

/** Takes points from the ledger for those who wait, and gives back what nobody used. */
export type Leasing = Readonly<{
  /**
   * Waits until the account's lease holds the points: `take` is called then, and says whether it got them. Resolves to
   * false when the ledger has too few left, or went away.
   */
  waitFor: (account: Account, points: number, take: () => boolean) => Promise<boolean>;
  /** The account holds points, or owes some: it is looked at from time to time. */
  watch: (account: Account) => void;
  /** Gives back everything. */
  close: () => Promise<void>;
}>;

export type LeasingOptions = Readonly<{
  ledger: Ledger;
  /** How many points an account may hold without having been asked for them. */
  largestLease: (limits: Limits) => number;
  now: () => number;
  /** Told the ledger's time with each of its answers. */
  onTime: (time: number) => void;
  sweepMs: number;
  askAgainMs: number;
}>;

type Waiter = Readonly<{ points: number; take: () => boolean; done: (taken: boolean) => void }>;

export const createLeasing = ({ ledger, largestLease, now, onTime, sweepMs, askAgainMs }: LeasingOptions): Leasing => {
  const waiting = new Map<Account, Waiter[]>();
  const watched = new Set<Account>();

  /** Asks the ledger and takes over its answer. Returns the points given, or undefined when it is away. */
  const ask = async (account: Account, want: number, back: Lease | null): Promise<number | undefined> => {
    const entry = entryOf(account, want, back);
    try {
      const taken = await ledger.take(entry);
      onTime(taken.now);
      learn(account, entry, taken);
      return taken.granted;
    } catch {
      // It says itself that it is away. What was given back is lost, which is on the safe side.
      return undefined;
    }
  };

  /** One question at a time for each account; whoever comes meanwhile is in the next one. */
  const serve = async (account: Account): Promise<void> => {
    for (let queue = waiting.get(account) ?? []; queue.length > 0; queue = waiting.get(account) ?? []) {
      waiting.set(account, []);
      const needed = queue.reduce((sum, { points }) => sum + points, 0);
      const want = Math.max(0, needed + account.spare - (account.lease?.balance ?? 0));
      const back = account.old;
      account.old = null;
      const granted = await ask(account, want, back);
      if (granted !== undefined) {
        watched.add(account);
        account.spare = Math.min(largestLease(account.limits), Math.max(1, account.spare * 2));
        if (shareLeft(account, 1) === 0) {
          account.exhaustedUntil = roomAgainAt(account, 1, 1);
          account.askAgainAt = now() + askAgainMs;
        }
      }
      for (const waiter of queue) {
        if (waiter.take()) waiter.done(true);
        // The ledger has more: somebody else was quicker to take what was meant for this one.
        else if (granted !== undefined && granted === want) waiting.get(account)?.push(waiter);
        else waiter.done(false);
      }
    }
    waiting.delete(account);
  };

  /** What is left of a lease that nobody used lately, or the part of it that is more than a lease may be. */
  const surplusOf = (account: Account, everything: boolean): Lease | null => {
    const idle = everything || now() - account.usedAt >= sweepMs;
    if (idle) account.spare = 0;
    const keep = idle ? 0 : largestLease(account.limits);
    const { lease } = account;
    if (lease === null || lease.balance <= keep) return null;
    const surplus = { ...lease, balance: lease.balance - keep };
    lease.balance = keep;
    return surplus;
  };

  const sweep = async (everything: boolean): Promise<void> => {
    if (!ledger.available()) return;
    await Promise.all(
      [...watched].map(async (account) => {
        if (waiting.has(account)) return;
        const { old } = account;
        account.old = null;
        const surplus = surplusOf(account, everything);
        if (old !== null) await ask(account, 0, old);
        if (surplus !== null || (old === null && account.known.some(({ debt }) => debt > 0))) {
          await ask(account, 0, surplus);
        }
        const holds = account.old !== null || (account.lease?.balance ?? 0) > 0;
        if (!holds && !account.known.some(({ debt }) => debt > 0)) watched.delete(account);
      }),
    );
  };

  const sweeping = setInterval(() => void sweep(false), sweepMs);
  sweeping.unref();

  return {
    waitFor: (account, points, take) =>
      new Promise((done) => {
        const waiter = { points, take, done };
        const queue = waiting.get(account);
        if (queue !== undefined) queue.push(waiter);
        else {
          waiting.set(account, [waiter]);
          void serve(account);
        }
      }),
    watch: (account) => void watched.add(account),
    close: async () => {
      clearInterval(sweeping);
      await sweep(true);
    },
  };
};

import type { Entry, Taken } from './ledger.ts';
import { phaseOf, startOf, type Limits } from './limits.ts';

/** Points that were taken from the ledger and are not spent yet. They belong to the windows they were taken from. */
export type Lease = { readonly starts: readonly number[]; readonly ends: number; balance: number };

/** How a window stood when the ledger was last asked, and what was spent without the ledger since. */
type Known = { start: number; used: number; debt: number };

/** What this gateway knows of one account. */
export type Account = {
  readonly name: string;
  readonly limits: Limits;
  readonly phase: number;
  readonly known: readonly Known[];
  lease: Lease | null;
  /** What is left of leases whose shortest window is over: it still counts in the longer ones. */
  old: Lease | null;
  /** How much more than needed is taken the next time; it grows while leases are used up. */
  spare: number;
  usedAt: number;
  /** Nothing is left until then… */
  exhaustedUntil: number;
  /** …but refunds may make room: until then nobody asks the ledger. */
  askAgainAt: number;
};

export const createAccount = (name: string, limits: Limits, now: number): Account => {
  const phase = phaseOf(name, limits);
  return {
    name,
    limits,
    phase,
    known: limits.windows.map((window) => ({ start: startOf(window, now, phase), used: 0, debt: 0 })),
    lease: null,
    old: null,
    spare: 0,
    usedAt: now,
    exhaustedUntil: 0,
    askAgainAt: 0,
  };
};

/** Leaves windows behind that are over. Whoever reads an account at a later time does this first. */
export const turn = (account: Account, now: number): void => {
  const { known, lease, limits, phase } = account;
  if (lease !== null && now >= lease.ends) retire(account);
  for (const [nth, window] of limits.windows.entries()) {
    const state = known[nth];
    if (state === undefined || now < state.start + window.seconds * 1_000) continue;
    state.start = startOf(window, now, phase);
    state.used = 0;
    state.debt = 0;
  }
};

const retire = (account: Account): void => {
  const { lease } = account;
  account.lease = null;
  if (lease !== null) putBack(account, lease, lease.balance);
};

/** Keeps points that were not spent for the next time the ledger is asked; those of another longest window are over. */
export const putBack = (account: Account, { starts, ends }: Lease, points: number): void => {
  if (points === 0) return;
  const { lease, old } = account;
  if (lease !== null && lease.starts[0] === starts[0]) lease.balance += points;
  else if (old !== null && old.starts.at(-1) === starts.at(-1)) old.balance += points;
  else account.old = { starts, ends, balance: points };
};

/** What the ledger is asked, with all it should know. */
export const entryOf = ({ name, phase, limits, known }: Account, want: number, back: Lease | null): Entry => ({
  account: name,
  phase,
  want,
  back: back?.balance ?? 0,
  backStarts: back?.starts ?? [],
  windows: limits.windows.map(({ seconds, points }, nth) => {
    const { start, used, debt } = known[nth] ?? { start: -1, used: 0, debt: 0 };
    return { seconds, points, knownStart: start, knownUsed: used, debt };
  }),
});

/** Takes over what the ledger answered to an entry: its windows, and the points as a lease. */
export const learn = (account: Account, asked: Entry, { windows, granted }: Taken): void => {
  for (const [nth, { start, used }] of windows.entries()) {
    const state = account.known[nth];
    const sent = asked.windows[nth];
    if (state === undefined || sent === undefined) continue;
    // What was spent without the ledger while it was being asked is not told yet.
    state.debt = state.start === start ? Math.max(0, state.debt - (sent.knownStart === start ? sent.debt : 0)) : 0;
    state.start = start;
    state.used = used;
  }
  if (shareLeft(account, 1) > 0) account.exhaustedUntil = 0;
  if (granted === 0) return;
  const [start = 0] = account.known.map((state) => state.start);
  if (account.lease?.starts[0] !== start) {
    retire(account);
    const [shortest] = account.limits.windows;
    const ends = start + (shortest?.seconds ?? 0) * 1_000;
    account.lease = { starts: account.known.map((state) => state.start), ends, balance: 0 };
  }
  if (account.lease !== null) account.lease.balance += granted;
};

/** Points left in the tightest window: of all for one replica, or a share of what was left when last heard. */
export const shareLeft = ({ limits, known }: Account, replicas: number): number => {
  let left = Infinity;
  for (const [nth, { points }] of limits.windows.entries())
    left = Math.min(left, shareOf(points, known[nth], replicas));
  return left;
};

/** When the last of the windows ends in which fewer than `points` are left. */
export const roomAgainAt = ({ limits, known }: Account, points: number, replicas: number): number => {
  let at = 0;
  for (const [nth, window] of limits.windows.entries()) {
    if (shareOf(window.points, known[nth], replicas) >= points) continue;
    at = Math.max(at, (known[nth]?.start ?? 0) + window.seconds * 1_000);
  }
  return at;
};

/** Never less than nothing: a debt that is told late may exceed the quota. */
export const shareOf = (points: number, known: Known | undefined, replicas: number): number =>
  Math.max(0, Math.floor(Math.max(0, points - (known?.used ?? 0)) / replicas) - (known?.debt ?? 0));

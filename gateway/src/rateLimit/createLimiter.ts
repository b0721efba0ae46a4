import { putBack, roomAgainAt, shareLeft, shareOf, type Account } from './account.ts';
import { createAccounts } from './createAccounts.ts';
import { createLeasing } from './createLeasing.ts';
import type { Ledger } from './ledger.ts';
import type { Subject } from './subjects.ts';

/** A request that may go on. */
export type Accepted = Readonly<{
  accepted: true;
  /** Gives back the difference when it turned out to cost less; never waits. More than charged changes nothing. */
  settle: (actualPoints: number) => void;
}>;
export type Refused = Readonly<{ accepted: false; retryAfterSeconds: number }>;
export type Charge = Accepted | Refused;

/** How one window stands for a principal. */
export type Standing = Readonly<{ name: string; remaining: number; resetSeconds: number }>;

export type Limiter = Readonly<{
  /** A refusal that is certain before anything is known of the operation; undefined when it has to be charged. */
  refusal: (subject: Subject) => Refused | undefined;
  /** Charges points before the operation is executed: at once when they are leased. Never throws. */
  charge: (subject: Subject, points: number) => Charge | Promise<Charge>;
  /** For the `RateLimit` field. */
  standing: (subject: Subject) => readonly Standing[];
  /** Gives back what is leased. */
  close: () => Promise<void>;
}>;

/** How a request was decided, for metrics. */
export type LimiterEvent = 'leased' | 'ledger' | 'local' | 'refused' | 'refused early';

export type LimiterOptions = Readonly<{
  /** Shared by all gateways; null: each has its share of the quotas. */
  ledger: Ledger | null;
  /** How many gateways there are. */
  replicas: number;
  /** The part of a quota that all gateways together may lease. */
  leased: number;
  /** How many accounts are remembered. */
  capacity?: number;
  /** How often what is leased and not used is given back. */
  sweepMs?: number;
  /** How long a refused principal waits until the ledger is asked whether refunds have made room. */
  askAgainMs?: number;
  observe?: (event: LimiterEvent) => void;
  /** Milliseconds since 1970 that never go back. */
  clock?: () => number;
}>;

const monotonic = (): number => performance.timeOrigin + performance.now();

/**
 * Limits what principals may spend, exactly across gateways: points are taken from the ledger before they are spent, and
 * a few more than needed, so that most requests do not wait for it. docs/adr/0020-rate-limits.md says why it is so.
 */
export const createLimiter = ({
  ledger,
  replicas,
  leased,
  capacity = 50_000,
  sweepMs = 250,
  askAgainMs = 1_000,
  observe = () => undefined,
  clock = monotonic,
}: LimiterOptions): Limiter => {
  const accounts = createAccounts(capacity);
  /** How far the ledger's clock is ahead of ours, at least: a lease ends late by a journey, never early. */
  let ahead = 0;
  const now = (): number => Math.floor(clock() + ahead);

  const leasing =
    ledger === null
      ? null
      : createLeasing({
          ledger,
          largestLease: ({ most }) => Math.floor((most * leased) / replicas),
          now,
          onTime: (time) => {
            ahead = time - clock();
          },
          sweepMs,
          askAgainMs,
        });
  const alone = (): boolean => ledger === null || !ledger.available();

  const refuse = (account: Account, points: number, event: LimiterEvent): Refused => {
    observe(event);
    const at = Math.max(roomAgainAt(account, points, alone() ? replicas : 1), account.exhaustedUntil);
    return { accepted: false, retryAfterSeconds: Math.max(1, Math.ceil((at - now()) / 1_000)) };
  };

  const fromLease = (account: Account, points: number): Accepted | undefined => {
    const { lease } = account;
    if (lease === null || lease.balance < points) return undefined;
    lease.balance -= points;
    account.usedAt = now();
    return {
      accepted: true,
      settle: (actual) => {
        if (actual >= points) return;
        putBack(account, lease, points - Math.max(0, actual));
        leasing?.watch(account);
      },
    };
  };

  /** Without the ledger: from this gateway's share of what was left. */
  const fromShare = (account: Account, points: number): Charge => {
    if (shareLeft(account, replicas) < points) return refuse(account, points, 'refused');
    const spent = account.known.map((state) => {
      state.debt += points;
      return { state, start: state.start };
    });
    leasing?.watch(account);
    observe('local');
    return {
      accepted: true,
      settle: (actual) => {
        for (const { state, start } of spent) {
          if (state.start === start) state.debt = Math.max(0, state.debt - Math.max(0, points - Math.max(0, actual)));
        }
      },
    };
  };

  const isEmpty = ({ lease }: Account): boolean => lease === null || lease.balance < 1;

  const isExhausted = (account: Account, at: number): boolean =>
    at < account.exhaustedUntil && at < account.askAgainAt && isEmpty(account);

  return {
    refusal: (subject) => {
      const at = now();
      const account = accounts.find(subject, at);
      if (account === undefined) return undefined;
      const certain = alone() ? isEmpty(account) && shareLeft(account, replicas) < 1 : isExhausted(account, at);
      return certain ? refuse(account, 1, 'refused early') : undefined;
    },

    charge: (subject, points) => {
      const at = now();
      const account = accounts.of(subject, at);
      const accepted = fromLease(account, points);
      if (accepted !== undefined) {
        observe('leased');
        return accepted;
      }
      if (leasing === null || alone()) return fromShare(account, points);
      if (isExhausted(account, at)) return refuse(account, points, 'refused');
      // One asks whether there is room again; the others are refused until it knows.
      if (at < account.exhaustedUntil) account.askAgainAt = at + askAgainMs;

      let charge: Charge | undefined;
      return leasing
        .waitFor(account, points, () => (charge = fromLease(account, points)) !== undefined)
        .then(() => {
          if (charge === undefined) return alone() ? fromShare(account, points) : refuse(account, points, 'refused');
          observe('ledger');
          return charge;
        });
    },

    standing: (subject) => {
      const at = now();
      const account = accounts.of(subject, at);
      const sharers = alone() ? replicas : 1;
      return subject.limits.windows.map(({ name, seconds, points }, nth) => ({
        name,
        remaining: shareOf(points, account.known[nth], sharers) + (account.lease?.balance ?? 0),
        resetSeconds: Math.max(0, Math.ceil(((account.known[nth]?.start ?? at) + seconds * 1_000 - at) / 1_000)),
      }));
    },

    close: async () => {
      await leasing?.close();
      ledger?.close();
    },
  };
};

import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@supergraph/errors';
import type { CardMethod, DeclineCode } from '@supergraph/events';
import type { Db } from '@supergraph/postgres';
import type { AuthorizeAnswer, CaptureAnswer, PaymentProvider, RefundAnswer, VoidAnswer } from './provider.ts';
import { createSandboxLedger, type LedgerEntry } from './sandboxLedger.ts';

const visa: CardMethod = { brand: 'visa', last4: '4242' };

/** The tokens the sandbox knows, and what they stand for; every other token is declined as INVALID_TOKEN. */
const cards: Readonly<Record<string, CardMethod | DeclineCode>> = {
  tok_approve: visa,
  tok_slow_approve: { brand: 'mastercard', last4: '4444' },
  tok_timeout: { brand: 'amex', last4: '0005' },
  tok_decline: 'CARD_DECLINED',
  tok_insufficient_funds: 'INSUFFICIENT_FUNDS',
};

/** How the sandbox behaves. */
export type SandboxOptions = Readonly<{
  /** Where it keeps its ledger. */
  db: Db;
  /** How long `tok_slow_approve` takes, in milliseconds. */
  slowMs?: number;
  /**
   * How many calls with `tok_timeout` stay without an answer, for each key; 0 is all of them. The authorisation is
   * made at the first one all the same: only its answer is lost, which is the hard case.
   */
  unansweredCalls?: number;
}>;

const held = (entries: readonly LedgerEntry[]): LedgerEntry | undefined =>
  entries.find(({ operation, authorizationId }) => operation === 'authorize' && authorizationId !== null);
const done = (entries: readonly LedgerEntry[], operation: LedgerEntry['operation'], outcome: string): LedgerEntry[] =>
  entries.filter((entry) => entry.operation === operation && entry.outcome === outcome);
const sum = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((total, { amount }) => total + (amount?.amount ?? 0), 0);

/**
 * NOT a real provider: a fake of the paid third party that a shop has an account with, for development, demos and
 * tests. It behaves as the port asks of a real one (idempotent by key, arbiter between capture and void) and keeps
 * its ledger in this service's database, so that it forgets nothing in a crash.
 */
export function createSandboxProvider({ db, slowMs = 3_000, unansweredCalls = 0 }: SandboxOptions): PaymentProvider {
  const ledger = createSandboxLedger(db);

  return {
    authorize: async ({ idempotencyKey, paymentId, amount, token, signal }) => {
      const { answer, calls } = await ledger.once<AuthorizeAnswer>(
        { idempotencyKey, operation: 'authorize', paymentId },
        (entries) => {
          const card = Object.hasOwn(cards, token) ? cards[token] : undefined;
          if (done(entries, 'void', 'voided').length > 0)
            return { answer: { outcome: 'declined', code: 'CARD_DECLINED' } };
          if (card === undefined) return { answer: { outcome: 'declined', code: 'INVALID_TOKEN' } };
          if (typeof card === 'string') return { answer: { outcome: 'declined', code: card } };
          const authorizationId = `auth_${paymentId}`;
          return {
            answer: { outcome: 'authorized', authorizationId, method: card },
            authorizationId,
            amount,
          };
        },
      );
      if (token === 'tok_slow_approve') await sleep(slowMs, undefined, { signal });
      if (token === 'tok_timeout' && (unansweredCalls === 0 || calls <= unansweredCalls)) await never(signal);
      return answer;
    },

    capture: async ({ idempotencyKey, paymentId, authorizationId, amount }) => {
      const { answer } = await ledger.once<CaptureAnswer>(
        { idempotencyKey, operation: 'capture', paymentId },
        (entries) => {
          if (done(entries, 'void', 'voided').length > 0)
            return { answer: { outcome: 'refused', code: 'AUTHORIZATION_RELEASED' } };
          const hold = held(entries);
          const again = done(entries, 'capture', 'captured').length > 0;
          if (again || hold?.authorizationId !== authorizationId || amount.amount > (hold.amount?.amount ?? 0))
            return { answer: { outcome: 'refused', code: 'REFUSED_BY_PROVIDER' } };
          return { answer: { outcome: 'captured', amount }, authorizationId, amount };
        },
      );
      return answer;
    },

    void: async ({ idempotencyKey, paymentId }) => {
      const { answer } = await ledger.once<VoidAnswer>({ idempotencyKey, operation: 'void', paymentId }, (entries) => {
        const [taken] = done(entries, 'capture', 'captured');
        if (taken?.amount) return { answer: { outcome: 'captured', amount: taken.amount } };
        const authorizationId = held(entries)?.authorizationId ?? null;
        return { answer: { outcome: 'voided', authorizationId }, authorizationId };
      });
      return answer;
    },

    refund: async ({ idempotencyKey, paymentId, authorizationId, amount }) => {
      const { answer } = await ledger.once<RefundAnswer>(
        { idempotencyKey, operation: 'refund', paymentId },
        (entries) => {
          const left = sum(done(entries, 'capture', 'captured')) - sum(done(entries, 'refund', 'refunded'));
          if (amount.amount > left) return { answer: { outcome: 'refused', code: 'REFUSED_BY_PROVIDER' } };
          return { answer: { outcome: 'refunded' }, authorizationId, amount };
        },
      );
      return answer;
    },
  };
}

/** What a caller of a dead line hears: nothing, until it hangs up. */
const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const hangUp = () =>
      reject(new DomainError('PROVIDER_UNAVAILABLE', 'The payment provider did not answer in time.'));
    if (signal.aborted) hangUp();
    else signal.addEventListener('abort', hangUp, { once: true });
  });

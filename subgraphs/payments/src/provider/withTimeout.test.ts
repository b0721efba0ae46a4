import { expect, test } from '@jest/globals';
import { DomainError } from '@supergraph/errors';
import { money } from '@supergraph/money';
import type { PaymentProvider } from './provider.ts';
import { withTimeout } from './withTimeout.ts';

const answers: PaymentProvider = {
  authorize: async () => ({ outcome: 'declined', code: 'CARD_DECLINED' }),
  capture: async ({ amount }) => ({ outcome: 'captured', amount }),
  void: async () => ({ outcome: 'voided', authorizationId: null }),
  refund: async () => ({ outcome: 'refunded' }),
};
const { signal } = new AbortController();
const order = {
  idempotencyKey: 'k1',
  paymentId: 'p1',
  authorizationId: 'a1',
  amount: money(100, 'EUR'),
  token: 'tok_approve',
  signal,
};

test('answers pass, a refusal too', async () => {
  const provider = withTimeout(answers, 10_000);
  expect(await provider.authorize(order)).toEqual({ outcome: 'declined', code: 'CARD_DECLINED' });
  expect(await provider.refund(order)).toEqual({ outcome: 'refunded' });
});

test('a provider that never answers is given up on, and the call hears of it', async () => {
  const given: AbortSignal[] = [];
  const silent = withTimeout(
    {
      ...answers,
      authorize: (call) => {
        given.push(call.signal);
        return new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(new Error('aborted'))));
      },
    },
    5,
  );
  await expect(silent.authorize(order)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  expect(given.map(({ aborted }) => aborted)).toEqual([true]);
});

test('a provider that breaks off is unavailable, and what it broke off with is kept for the log', async () => {
  const broken = withTimeout({ ...answers, void: () => Promise.reject(new Error('socket hang up')) }, 10_000);
  const failure = await broken.void(order).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DomainError);
  expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', cause: { message: 'socket hang up' } });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { money } from '@supergraph/money';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger } from '@supergraph/service-kit';
import { createTestDatabase } from '@supergraph/testing';
import { createSandboxProvider } from './sandbox.ts';

const log = createLogger({ service: 'test', level: 'silent' });
let db: Db;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase('sandbox');
  drop = database.drop;
  await migrate({
    url: database.url,
    migrations: [{ name: 'payments', url: new URL('../../migrations', import.meta.url) }],
    log,
  });
  db = createDb({ url: database.url, applicationName: 'test', log });
});
afterAll(async () => {
  await db.close();
  await drop();
});

const eur = (amount: number) => money(amount, 'EUR');
const { signal } = new AbortController();
const provider = (options = {}) => createSandboxProvider({ db, slowMs: 1, ...options });
const authorize = (paymentId: string, token: string, amount = 1000) =>
  provider().authorize({ idempotencyKey: paymentId, paymentId, amount: eur(amount), token, signal });
const authorized = (paymentId: string) => ({
  idempotencyKey: paymentId,
  paymentId,
  authorizationId: `auth_${paymentId}`,
  signal,
});
const ledger = (paymentId: string) =>
  db.query<{ operation: string; calls: number }>(
    'SELECT operation, calls FROM provider_sandbox_ledger WHERE payment_id = $1 ORDER BY created_at',
    [paymentId],
  );

describe('the sandbox provider', () => {
  test.each([
    [
      'tok_approve',
      { outcome: 'authorized', authorizationId: 'auth_tok_approve', method: { brand: 'visa', last4: '4242' } },
    ],
    ['tok_slow_approve', { outcome: 'authorized', method: { brand: 'mastercard', last4: '4444' } }],
    ['tok_decline', { outcome: 'declined', code: 'CARD_DECLINED' }],
    ['tok_insufficient_funds', { outcome: 'declined', code: 'INSUFFICIENT_FUNDS' }],
    ['toString', { outcome: 'declined', code: 'INVALID_TOKEN' }],
  ])('answers the token %s', async (token, answer) => {
    expect(await authorize(token, token)).toMatchObject(answer);
  });

  test('charges once for one key, whatever is asked under it later', async () => {
    const first = await authorize('again', 'tok_approve');
    expect(await authorize('again', 'tok_decline', 9999)).toEqual(first);
    expect(await ledger('again')).toEqual([{ operation: 'authorize', calls: 2 }]);
  });

  test('charges once for one key that is used many times at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => authorize('at once', 'tok_approve')));
    expect(await ledger('at once')).toEqual([{ operation: 'authorize', calls: 5 }]);
  });

  test('never answers tok_timeout until the caller hangs up, though it has authorised', async () => {
    const hangUp = new AbortController();
    const call = provider().authorize({
      idempotencyKey: 'silent',
      paymentId: 'silent',
      amount: eur(1000),
      token: 'tok_timeout',
      signal: hangUp.signal,
    });
    hangUp.abort();
    await expect(call).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(await provider().void({ idempotencyKey: 'silent:void', paymentId: 'silent', signal })).toEqual({
      outcome: 'voided',
      authorizationId: 'auth_silent',
    });
  });

  test('captures at most what it holds, and once', async () => {
    await authorize('cap', 'tok_approve');
    const capture = (key: string, amount: number) =>
      provider().capture({ ...authorized('cap'), idempotencyKey: key, amount: eur(amount) });
    expect(await capture('cap:1', 1001)).toEqual({ outcome: 'refused', code: 'REFUSED_BY_PROVIDER' });
    expect(await capture('cap:2', 600)).toEqual({ outcome: 'captured', amount: eur(600) });
    expect(await capture('cap:2', 600)).toEqual({ outcome: 'captured', amount: eur(600) });
    expect(await capture('cap:3', 400)).toEqual({ outcome: 'refused', code: 'REFUSED_BY_PROVIDER' });
  });

  test('lets exactly one of a capture and a void win', async () => {
    const ids = Array.from({ length: 10 }, (_, number) => `race ${number}`);
    await Promise.all(ids.map((id) => authorize(id, 'tok_approve')));
    for (const id of ids) {
      const [captured, voided] = await Promise.all([
        provider().capture({ ...authorized(id), idempotencyKey: `${id}:capture`, amount: eur(1000) }),
        provider().void({ ...authorized(id), idempotencyKey: `${id}:void` }),
      ]);
      expect([`${captured.outcome} ${voided.outcome}`]).toEqual([
        captured.outcome === 'captured' ? 'captured captured' : 'refused voided',
      ]);
    }
  });

  test('authorises nothing for a payment that was voided before', async () => {
    expect(await provider().void({ idempotencyKey: 'early:void', paymentId: 'early', signal })).toEqual({
      outcome: 'voided',
      authorizationId: null,
    });
    expect(await authorize('early', 'tok_approve')).toMatchObject({ outcome: 'declined' });
  });

  test('gives back at most what it captured', async () => {
    await authorize('back', 'tok_approve');
    await provider().capture({ ...authorized('back'), idempotencyKey: 'back:capture', amount: eur(1000) });
    const refund = (key: string, amount: number) =>
      provider().refund({ ...authorized('back'), idempotencyKey: key, amount: eur(amount) });
    expect(await refund('back:1', 700)).toEqual({ outcome: 'refunded' });
    expect(await refund('back:1', 700)).toEqual({ outcome: 'refunded' });
    expect(await refund('back:2', 301)).toEqual({ outcome: 'refused', code: 'REFUSED_BY_PROVIDER' });
    expect(await refund('back:3', 300)).toEqual({ outcome: 'refunded' });
  });
});

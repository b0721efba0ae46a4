import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createViewerSigner, type Principal, type Role } from '@supergraph/auth';
import { demoOrders, newAggregateId, type OrderEvent, type PaymentCommand, type StoredEvent } from '@supergraph/events';
import { appendMessages, eventLogMigrations, type OutgoingMessage } from '@supergraph/eventsourcing';
import { createKafka, createRelay, ensureTopics } from '@supergraph/messaging';
import { money } from '@supergraph/money';
import { createDb, migrate, type Db, type Tx } from '@supergraph/postgres';
import { createLifecycle, createLogger, type Lifecycle } from '@supergraph/service-kit';
import {
  createTestDatabase,
  eventually,
  spawnService,
  testBackingServices,
  testKeys,
  testNamespace,
} from '@supergraph/testing';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { environment } from './config.ts';
import type { Mutation, Order, Payment, Query } from './generated/graphql.ts';
import { createPaymentStore } from './paymentStore.ts';
import { onOrderCancelled } from './reactions/onOrderCancelled.ts';
import { onPaymentCommand } from './reactions/onPaymentCommand.ts';
import { startPayments } from './service.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const keys = testKeys();
const signer = createViewerSigner({ privateKey: keys.viewerPrivateKey });
const cause = { userId: null, correlationId: 'test', causationId: null };
const eur = (amount: number) => money(amount, 'EUR');
const at = '2026-01-31T12:00:00.000Z';

// ---- Who asks ----

const person = (id: string, ...roles: Role[]): Principal => ({ kind: 'user', id, roles, scopes: null });
const customer = (id: string) => person(id, 'customer');
const visitor: Principal = { kind: 'anonymous' };
const employee = person('00000000-0000-4000-8000-000000000004', 'employee');
const manager = person('00000000-0000-4000-8000-000000000003', 'manager');
const partner = (...scopes: string[]): Principal => ({ kind: 'client', id: 'partner', scopes });

type Data = Partial<Query & Mutation & { _entities: (Partial<Payment & Order> | null)[] }>;
const answerSchema = z.object({
  data: z.custom<Data>((value) => typeof value === 'object').nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).default([]),
});

// ---- A payments service with the rest of the platform played by an outbox ----

type Asked = Readonly<{ paymentId: string; orderId: string; customerId: string }>;
type World = Awaited<ReturnType<typeof startWorld>>;

/** What orders would write into its outbox. */
const processPayment = (asked: Asked, token: string, amount = 1000, version = 1): OutgoingMessage => ({
  topic: 'payment-commands',
  key: asked.orderId,
  aggregateType: 'ProcessPayment',
  aggregateId: asked.paymentId,
  aggregateVersion: version,
  type: 'ProcessPayment' satisfies PaymentCommand['type'],
  data: { ...asked, amount: eur(amount), paymentToken: token, at } satisfies PaymentCommand['data'],
  customerId: asked.customerId,
});
const orderCancelled = ({ orderId, paymentId, customerId }: Asked, version = 2): OutgoingMessage => ({
  topic: 'order-events',
  aggregateType: 'Order',
  aggregateId: orderId,
  aggregateVersion: version,
  type: 'OrderCancelled' satisfies OrderEvent['type'],
  data: { orderId, paymentId, reason: 'CUSTOMER_REQUEST', by: customerId, at } satisfies Extract<
    OrderEvent,
    { type: 'OrderCancelled' }
  >['data'],
  customerId,
});
const newOrder = (customerId: string = randomUUID()): Asked => ({
  paymentId: newAggregateId(customerId),
  orderId: newAggregateId(customerId),
  customerId,
});

const openOrders = async (namespace: string) => {
  const { url, drop } = await createTestDatabase('orders_outbox');
  await migrate({ url, migrations: [eventLogMigrations], log });
  const db = createDb({ url, applicationName: 'orders outbox', log });
  const { kafkaBrokers } = testBackingServices();
  const kafka = createKafka({ brokers: kafkaBrokers.split(','), clientId: 'test', namespace, log });
  await ensureTopics(kafka, { replicationFactor: 1, partitions: 2 });
  const relay = createRelay({ url, db, kafka, log });
  relay.start();
  return {
    publish: (...messages: OutgoingMessage[]) => db.transaction((tx) => appendMessages(tx, messages, cause)),
    /** What a relay does that died before it could note what it had published. */
    publishAllAgain: () => db.query('UPDATE relay_state SET published_position = 0'),
    close: async () => {
      await relay.stop();
      await db.close();
      await drop();
    },
  };
};

const startWorld = async (over: Readonly<Record<string, string>> = {}) => {
  const namespace = testNamespace('payments');
  const orders = await openOrders(namespace);
  const database = await createTestDatabase('payments');
  const { redisUrl, kafkaBrokers } = testBackingServices();
  const env = {
    DATABASE_URL_PAYMENTS: database.url,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: kafkaBrokers,
    NAMESPACE: namespace,
    VIEWER_PUBLIC_KEY: keys.viewerPublicKey,
    PORT_PAYMENTS: '0',
    METRICS_PORT_PAYMENTS: '0',
    LOG_LEVEL: 'silent',
    ...over,
  };
  const db: Db = createDb({ url: database.url, applicationName: 'test', log });
  let url = '';
  let service: Awaited<ReturnType<typeof startPayments>> | undefined;
  let lifecycle: Lifecycle | undefined;

  const world = {
    env,
    db,
    ...orders,
    start: async () => {
      lifecycle = createLifecycle({ log });
      service = await startPayments(environment.parse(env), lifecycle);
      url = service.url;
    },
    stop: async () => lifecycle?.close(),
    close: async () => {
      await world.stop();
      await orders.close();
      await db.close();
      await database.drop();
    },
    url: () => url,
    ask: async (viewer: Principal, query: string, variables: object = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-viewer': await signer.sign(viewer, 'payments') },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = answerSchema.parse(await response.json());
      return { data: data ?? {}, codes: errors.map(({ extensions }) => extensions.code) };
    },
    /** Background work uses the same pool: it costs so much as soon as nothing happens beside it, or never. */
    costs: (statements: number, work: () => Promise<unknown>): Promise<void> =>
      eventually(async () => {
        const before = service?.db.statements() ?? 0;
        await work();
        expect((service?.db.statements() ?? 0) - before).toBe(statements);
      }),
    eventsOf: async ({ paymentId }: Asked): Promise<string[]> =>
      (
        await db.query<{ event_type: string }>(
          'SELECT event_type FROM events WHERE aggregate_id = $1 ORDER BY aggregate_version',
          [paymentId],
        )
      ).map((row) => row.event_type),
    /** What the provider did for a payment, and how often it was asked to. */
    ledgerOf: async ({ paymentId }: Asked): Promise<string[]> =>
      (
        await db.query<{ operation: string; outcome: string; calls: number }>(
          `SELECT operation, answer ->> 'outcome' AS outcome, calls FROM provider_sandbox_ledger
           WHERE payment_id = $1 ORDER BY created_at`,
          [paymentId],
        )
      ).map(({ operation, outcome, calls }) => `${operation}: ${outcome} (${calls})`),
    until: (asked: Asked, last: string) =>
      eventually(async () => expect((await world.eventsOf(asked)).at(-1)).toBe(last)),
    /** An order that is cancelled before its payment has its answer; where the machine was too slow for that, another one. */
    cancelledMeanwhile: async (token: string): Promise<Asked> => {
      for (;;) {
        const asked = newOrder();
        await world.publish(processPayment(asked, token));
        await eventually(async () => expect((await world.ledgerOf(asked))[0]).toContain('authorize: authorized'));
        await world.publish(orderCancelled(asked));
        const last = await eventually(async () => {
          const type = (await world.eventsOf(asked)).at(-1) ?? '';
          expect(['PaymentAuthorizationReleased', 'PaymentRefunded']).toContain(type);
          return type;
        });
        if (last === 'PaymentAuthorizationReleased') return asked;
      }
    },
    /** An order whose payment has come to this event. */
    paid: async (token = 'tok_approve', last = 'PaymentCaptured', amount = 1000, customerId?: string) => {
      const asked = newOrder(customerId);
      await world.publish(processPayment(asked, token, amount));
      await world.until(asked, last);
      return asked;
    },
    tokensKept: async ({ paymentId }: Asked) =>
      db.query('SELECT 1 FROM payment_instructions WHERE payment_id = $1', [paymentId]),
    countEvents: async (): Promise<number> =>
      (await db.query<{ count: number }>('SELECT count(*) FROM events'))[0]?.count ?? 0,
  };
  await world.start();
  return world;
};

const paymentQuery = `query ($id: ID!) { payment(id: $id) {
  id status amount { amount currency } capturedAmount { amount } refundedAmount { amount } method { brand last4 }
  declineCode refunds { amount { amount } reason status } order { id } createdAt updatedAt } }`;

describe('a payment that is captured automatically', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('is authorised and captured once, and its customer sees it', async () => {
    const asked = await world.paid();
    expect(await world.eventsOf(asked)).toEqual([
      'PaymentRequested',
      'PaymentAuthorized',
      'PaymentCaptureRequested',
      'PaymentCaptured',
    ]);
    expect(await world.ledgerOf(asked)).toEqual(['authorize: authorized (1)', 'capture: captured (1)']);
    const { data, codes } = await world.ask(customer(asked.customerId), paymentQuery, { id: asked.paymentId });
    expect(codes).toEqual([]);
    expect(data.payment).toMatchObject({
      id: asked.paymentId,
      status: 'CAPTURED',
      amount: { amount: 1000, currency: 'EUR' },
      capturedAmount: { amount: 1000 },
      refundedAmount: { amount: 0 },
      method: { brand: 'visa', last4: '4242' },
      declineCode: null,
      refunds: [],
      order: { id: asked.orderId },
    });
  });

  test('is keyed by its order, belongs to its customer, and keeps its token out of the events', async () => {
    const asked = await world.paid();
    const rows = await world.db.query<{ message_key: string; customer_id: string; text: string }>(
      'SELECT message_key, customer_id, data::text AS text FROM events WHERE aggregate_id = $1',
      [asked.paymentId],
    );
    expect(new Set(rows.map((row) => row.message_key))).toEqual(new Set([asked.orderId]));
    expect(new Set(rows.map((row) => row.customer_id))).toEqual(new Set([asked.customerId]));
    expect(rows.filter(({ text }) => text.includes('tok_'))).toEqual([]);
    expect(await world.tokensKept(asked)).toEqual([]);
  });

  test.each([
    ['tok_decline', 'CARD_DECLINED'],
    ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
    ['tok_of_nobody', 'INVALID_TOKEN'],
  ])('is declined with %s as %s', async (token, declineCode) => {
    const asked = await world.paid(token, 'PaymentDeclined');
    const { data } = await world.ask(employee, paymentQuery, { id: asked.paymentId });
    expect(data.payment).toMatchObject({ status: 'DECLINED', declineCode, method: null });
    expect(await world.tokensKept(asked)).toEqual([]);
  });

  test('is given back in full when its order is cancelled after the capture', async () => {
    const asked = await world.paid();
    await world.publish(orderCancelled(asked));
    await world.until(asked, 'PaymentRefunded');
    const { data } = await world.ask(employee, paymentQuery, { id: asked.paymentId });
    expect(data.payment).toMatchObject({
      status: 'REFUNDED',
      refundedAmount: { amount: 1000 },
      refunds: [{ amount: { amount: 1000 }, reason: 'ORDER_CANCELLED', status: 'DONE' }],
    });
  });

  test('is voided when its order is cancelled while the provider takes its time, and the late yes is released', async () => {
    const asked = await world.cancelledMeanwhile('tok_slow_approve');
    await eventually(async () =>
      expect(await world.db.query('SELECT 1 FROM tasks WHERE key LIKE $1', [`${asked.paymentId}%`])).toEqual([]),
    );
    expect(await world.eventsOf(asked)).not.toContain('PaymentCaptured');
    expect(await world.ledgerOf(asked)).toEqual(['authorize: authorized (1)', 'void: voided (1)']);
    const { data } = await world.ask(employee, paymentQuery, { id: asked.paymentId });
    expect(data.payment).toMatchObject({ status: 'VOIDED', capturedAmount: { amount: 0 } });
  });

  test('never reaches the provider when its order was cancelled before the command came', async () => {
    const asked = newOrder();
    await world.publish(orderCancelled(asked));
    await eventually(async () =>
      expect(await world.db.query('SELECT 1 FROM cancelled_orders WHERE order_id = $1', [asked.orderId])).toHaveLength(
        1,
      ),
    );
    await world.publish(processPayment(asked, 'tok_approve'));
    await world.until(asked, 'PaymentVoided');
    expect(await world.eventsOf(asked)).toEqual(['PaymentRequested', 'PaymentVoided']);
    expect(await world.db.query('SELECT 1 FROM tasks WHERE key LIKE $1', [`${asked.paymentId}%`])).toEqual([]);
    expect(await world.ledgerOf(asked)).toEqual([]);
    expect(await world.tokensKept(asked)).toEqual([]);
  });

  test('keeps no money of an order that is cancelled at the very moment it is to be paid', async () => {
    const all = Array.from({ length: 20 }, () => newOrder());
    await Promise.all(
      all.flatMap((asked) => [
        world.publish(processPayment(asked, 'tok_approve')),
        world.publish(orderCancelled(asked)),
      ]),
    );
    const ids = all.map(({ paymentId }) => paymentId);
    await eventually(
      async () => {
        const rows = await world.db.query<{ status: string }>('SELECT status FROM payments WHERE id = ANY($1)', [ids]);
        expect(rows.filter(({ status }) => ['VOIDED', 'REFUNDED'].includes(status))).toHaveLength(all.length);
        expect(await world.db.query(`SELECT 1 FROM tasks WHERE payload ->> 'paymentId' = ANY($1)`, [ids])).toEqual([]);
      },
      { timeoutMs: 45_000 },
    );
    const kept = await world.db.query(
      `SELECT payment_id FROM provider_sandbox_ledger WHERE payment_id = ANY($1) GROUP BY payment_id
       HAVING bool_or(operation = 'authorize' AND answer ->> 'outcome' = 'authorized')
          AND NOT bool_or(answer ->> 'outcome' = 'voided')
          AND coalesce(sum(amount) FILTER (WHERE answer ->> 'outcome' = 'captured' AND operation = 'capture'), 0)
              <> coalesce(sum(amount) FILTER (WHERE answer ->> 'outcome' = 'refunded'), 0)`,
      [ids],
    );
    expect(kept).toEqual([]);
  });

  /** A message as a consumer hands it to a reaction. */
  const received = (message: OutgoingMessage): StoredEvent => ({
    ...message,
    eventId: randomUUID(),
    eventVersion: 1,
    metadata: { ...cause, timestamp: at },
  });

  test.each(['the cancellation', 'the command'])('sees the other one when %s is still being written', async (first) => {
    const payments = createPaymentStore({ db: world.db, schedule: async () => undefined });
    const now = () => new Date(at);
    const asked = newOrder();
    const cancel = (tx: Tx) => onOrderCancelled({ payments, now })(received(orderCancelled(asked)), tx);
    const request = (tx: Tx) => onPaymentCommand({ payments, now })(received(processPayment(asked, 'tok_approve')), tx);
    const [one, other] = first === 'the command' ? [request, cancel] : [cancel, request];
    const waits = () =>
      eventually(async () =>
        expect(
          await world.db.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
          ),
        ).not.toEqual([]),
      );

    let second: Promise<void> | undefined;
    await world.db.transaction(async (tx) => {
      await one(tx);
      second = world.db.transaction(other);
      // It goes no further than the lock, or else past it.
      await Promise.race([second, waits()]);
    });
    await second;
    expect(await world.eventsOf(asked)).toEqual(['PaymentRequested', 'PaymentVoided']);
  });

  test('is not doubled by messages that are delivered again, or sent again', async () => {
    const paid = await world.paid();
    const cancelled = await world.paid();
    await world.publish(orderCancelled(cancelled));
    await world.until(cancelled, 'PaymentRefunded');
    const before = await world.countEvents();

    const cancellationsHandled = async (): Promise<number> =>
      (
        await world.db.query<{ count: number }>(
          `SELECT count(*) FROM consumed_events WHERE consumer = 'payments-orders'`,
        )
      )[0]?.count ?? 0;
    const handled = await cancellationsHandled();

    // The same messages once more, then new ones that say the same, then one that shows that those were handled:
    // messages of one key stay in order.
    await world.publishAllAgain();
    await world.publish(processPayment(paid, 'tok_approve', 1000, 2), orderCancelled(cancelled, 3), {
      ...orderCancelled(newOrder()),
      key: cancelled.orderId,
    });
    await eventually(async () => expect(await cancellationsHandled()).toBe(handled + 2));
    for (const { orderId, customerId } of [paid, cancelled]) {
      const last = { paymentId: newAggregateId(customerId), orderId, customerId };
      await world.publish(processPayment(last, 'tok_decline'));
      await world.until(last, 'PaymentDeclined');
    }

    expect(await world.countEvents()).toBe(before + 4);
    expect(await world.ledgerOf(paid)).toEqual(['authorize: authorized (1)', 'capture: captured (1)']);
    expect(await world.ledgerOf(cancelled)).toEqual([
      'authorize: authorized (1)',
      'capture: captured (1)',
      'refund: refunded (1)',
    ]);
  });

  test('fails when the provider no longer holds what it had authorised', async () => {
    const asked = newOrder();
    // The hold has gone at the provider, before anybody here could know.
    await world.db.query(
      `INSERT INTO provider_sandbox_ledger (idempotency_key, operation, payment_id, authorization_id, amount, currency, answer)
       VALUES ($1, 'authorize', $1, $2, 1000, 'EUR', $3), ($1 || ' expired', 'void', $1, $2, NULL, NULL, '{"outcome":"voided"}')`,
      [
        asked.paymentId,
        `auth_${asked.paymentId}`,
        JSON.stringify({
          outcome: 'authorized',
          authorizationId: `auth_${asked.paymentId}`,
          method: { brand: 'visa', last4: '4242' },
        }),
      ],
    );
    await world.publish(processPayment(asked, 'tok_approve'));
    await world.until(asked, 'PaymentAuthorizationReleased');
    const { data } = await world.ask(employee, paymentQuery, { id: asked.paymentId });
    expect(data.payment).toMatchObject({ status: 'FAILED', capturedAmount: { amount: 0 } });
  });

  // ---- Refunds ----

  const refundMutation = `mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) {
    payment { id status refundedAmount { amount } refunds { id status } } refund { id amount { amount } reason status } } }`;
  const refund = (viewer: Principal, asked: Asked, over: object = {}) =>
    world.ask(viewer, refundMutation, {
      input: { paymentId: asked.paymentId, reason: 'damaged', idempotencyKey: randomUUID(), ...over },
    });

  test('can be given back in parts, up to what was captured', async () => {
    const asked = await world.paid();
    const first = await refund(manager, asked, { amount: eur(300) });
    expect(first.codes).toEqual([]);
    expect(first.data.refundPayment?.refund).toMatchObject({ amount: { amount: 300 }, reason: 'damaged' });
    await world.until(asked, 'PaymentRefunded');
    expect((await world.ask(manager, paymentQuery, { id: asked.paymentId })).data.payment).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refundedAmount: { amount: 300 },
    });
    expect((await refund(manager, asked, { amount: eur(701) })).codes).toEqual(['REFUND_EXCEEDS_CAPTURED']);
    expect((await refund(manager, asked, { amount: eur(0) })).codes).toEqual(['PAYMENT_AMOUNT_INVALID']);
    expect((await refund(manager, asked, { amount: money(1, 'USD') })).codes).toEqual(['CURRENCY_MISMATCH']);
    const rest = await refund(manager, asked);
    expect(rest.data.refundPayment?.refund.amount).toEqual({ amount: 700 });
    await eventually(async () =>
      expect((await world.ask(manager, paymentQuery, { id: asked.paymentId })).data.payment).toMatchObject({
        status: 'REFUNDED',
        refundedAmount: { amount: 1000 },
      }),
    );
    expect((await refund(manager, asked)).codes).toEqual(['REFUND_EXCEEDS_CAPTURED']);
  });

  test('is refunded once for one key, and another request under it is refused', async () => {
    const asked = await world.paid();
    const key = { idempotencyKey: randomUUID(), amount: eur(600) };
    const twice = await Promise.all([refund(manager, asked, key), refund(manager, asked, key)]);
    expect(twice.flatMap(({ codes }) => codes)).toEqual([]);
    expect(new Set(twice.map(({ data }) => data.refundPayment?.refund.id)).size).toBe(1);
    const again = await refund(manager, asked, key);
    expect(again.data.refundPayment?.payment.refunds).toHaveLength(1);
    expect((await refund(manager, asked, { ...key, amount: eur(601) })).codes).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect((await refund(manager, asked, { ...key, reason: 'late' })).codes).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    // Somebody else's key is another key.
    const other = person('00000000-0000-4000-8000-000000000002', 'admin');
    expect((await refund(other, asked, { ...key, amount: eur(100) })).codes).toEqual([]);
  });

  test('is never given back twice by refunds at the same moment', async () => {
    const asked = await world.paid();
    const answers = await Promise.all(Array.from({ length: 4 }, () => refund(manager, asked, { amount: eur(400) })));
    expect(answers.flatMap(({ codes }) => codes)).toEqual(['REFUND_EXCEEDS_CAPTURED', 'REFUND_EXCEEDS_CAPTURED']);
  });

  test('cannot be refunded before it is captured, for no reason, or under no key', async () => {
    const asked = await world.paid('tok_decline', 'PaymentDeclined');
    expect((await refund(manager, asked)).codes).toEqual(['PAYMENT_NOT_REFUNDABLE']);
    expect((await refund(manager, asked, { reason: ' ' })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await refund(manager, asked, { idempotencyKey: '' })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await refund(manager, asked, { paymentId: 'no uuid' })).codes).toEqual(['PAYMENT_NOT_FOUND']);
    expect((await refund(manager, { ...asked, paymentId: randomUUID() })).codes).toEqual(['PAYMENT_NOT_FOUND']);
  });

  // ---- Who may do what ----

  describe('for each kind of viewer', () => {
    let asked: Asked;
    beforeAll(async () => {
      asked = await world.paid();
    });
    const owner = () => customer(asked.customerId);
    const stranger = () => customer(randomUUID());

    /** What comes of each road to a payment: the status, null when it is as if unknown, or a code. */
    const roads = async (viewer: Principal) => {
      const outcome = ({ data, codes }: Awaited<ReturnType<World['ask']>>, seen: (data: Data) => unknown) =>
        codes[0] ?? seen(data) ?? null;
      const entities = `query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Payment { status } ... on Order { payment { status } } } }`;
      return [
        outcome(
          await world.ask(viewer, 'query ($id: ID!) { payment(id: $id) { status } }', { id: asked.paymentId }),
          (data) => data.payment?.status,
        ),
        outcome(
          await world.ask(viewer, entities, { of: [{ __typename: 'Payment', id: asked.paymentId }] }),
          (data) => data._entities?.[0]?.status,
        ),
        outcome(
          await world.ask(viewer, entities, { of: [{ __typename: 'Order', id: asked.orderId }] }),
          (data) => data._entities?.[0]?.payment?.status,
        ),
        outcome(
          await world.ask(viewer, 'query ($o: ID!) { payments(filter: { orderId: $o }) { nodes { status } } }', {
            o: asked.orderId,
          }),
          (data) => data.payments?.nodes[0]?.status,
        ),
      ];
    };
    const captured = 'CAPTURED';

    test.each([
      ['a visitor', () => visitor, ['UNAUTHENTICATED', 'UNAUTHENTICATED', null, 'UNAUTHENTICATED']],
      ['its customer', owner, [captured, captured, captured, 'FORBIDDEN']],
      ['another customer', stranger, [null, 'FORBIDDEN', null, 'FORBIDDEN']],
      ['an employee', () => employee, [captured, captured, captured, captured]],
      ['a manager', () => manager, [captured, captured, captured, captured]],
      ['a partner who may read payments', () => partner('payment:read'), [captured, captured, captured, captured]],
      ['a partner who may read orders', () => partner('order:read'), ['FORBIDDEN', 'FORBIDDEN', null, 'FORBIDDEN']],
    ])('%s: payment, _entities, Order.payment, payments', async (_, viewer, expected) => {
      expect(await roads(viewer())).toEqual(expected);
    });

    test.each([
      ['a visitor', () => visitor, 'UNAUTHENTICATED'],
      ['its customer', owner, 'FORBIDDEN'],
      ['another customer', stranger, 'FORBIDDEN'],
      ['an employee', () => employee, 'FORBIDDEN'],
      ['a partner who may read payments', () => partner('payment:read'), 'FORBIDDEN'],
      ['a partner who may write and not read', () => partner('payment:write'), 'PAYMENT_NOT_FOUND'],
    ])('%s can neither capture nor refund, and nothing happens', async (_, viewer, code) => {
      const before = await world.countEvents();
      expect((await refund(viewer(), asked)).codes).toEqual([code]);
      const capture = 'mutation ($id: ID!) { capturePayment(input: { paymentId: $id }) { payment { id } } }';
      expect((await world.ask(viewer(), capture, { id: asked.paymentId })).codes).toEqual([code]);
      expect(await world.countEvents()).toBe(before);
      expect(await world.db.query('SELECT 1 FROM refunds WHERE payment_id = $1', [asked.paymentId])).toEqual([]);
    });
  });

  test('is null, not a failure, for ids that cannot be any', async () => {
    expect(await world.ask(manager, paymentQuery, { id: 'no uuid' })).toEqual({ data: { payment: null }, codes: [] });
    const { data, codes } = await world.ask(
      manager,
      `{ _entities(representations: [{ __typename: "Order", id: "x" }]) { ... on Order { id payment { id } } } }`,
    );
    expect({ data, codes }).toEqual({ data: { _entities: [{ id: 'x', payment: null }] }, codes: [] });
  });

  test('is listed newest first, page by page, by status and customer', async () => {
    const customerId = randomUUID();
    const mine: string[] = [];
    for (const token of ['tok_approve', 'tok_decline', 'tok_approve'])
      mine.unshift(
        (await world.paid(token, token === 'tok_decline' ? 'PaymentDeclined' : 'PaymentCaptured', 1, customerId))
          .paymentId,
      );
    const list = (filter: object, first: number, after: string | null = null) =>
      world.ask(
        employee,
        `query ($filter: PaymentFilter, $first: Int, $after: String) { payments(filter: $filter, first: $first, after: $after) {
           nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
        { filter, first, after },
      );
    const page = (await list({ customerId }, 2)).data.payments;
    expect(page?.nodes.map(({ id }) => id)).toEqual(mine.slice(0, 2));
    expect(page?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const next = (await list({ customerId }, 2, page?.pageInfo.endCursor ?? null)).data.payments;
    expect(next?.nodes.map(({ id }) => id)).toEqual(mine.slice(2));
    expect(next?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const declined = (await list({ customerId, status: ['DECLINED'] }, 10)).data.payments;
    expect(declined?.nodes.map(({ id }) => id)).toEqual([mine[1]]);
    expect((await list({ customerId: 'nobody' }, 10)).data.payments?.nodes).toEqual([]);
    expect((await list({}, 101)).codes).toEqual(['PAGE_SIZE_OUT_OF_RANGE']);
    expect((await list({}, 1, 'bad')).codes).toEqual(['CURSOR_INVALID']);
  });

  // ---- Live ----

  const follow = (viewer: Principal, orderId: string | null) => {
    const seen: string[] = [];
    let live: () => void;
    const begun = new Promise<void>((resolve) => (live = resolve));
    const client = createClient({ url: world.url().replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const subscribed = (async () => {
      const query = `subscription ($orderId: ID) { paymentEvents(orderId: $orderId) { id type at payment { status order { id } } } }`;
      const extensions = { viewer: await signer.sign(viewer, 'payments'), cursor: null };
      client.subscribe<Record<string, unknown>, { live?: boolean }>(
        { query, variables: { orderId }, extensions },
        {
          next: (value) => (value.extensions?.live === true ? live() : void seen.push(JSON.stringify(value))),
          error: (error) => void seen.push(JSON.stringify(error)),
          complete: () => undefined,
        },
      );
    })();
    return { seen, subscribed, begun, end: async () => client.dispose() };
  };
  const typesIn = (seen: readonly string[]) => seen.map((text) => /"type":"(\w+)"/.exec(text)?.[1] ?? text);

  test('is followed live by its customer, even from before it exists, and by nobody else', async () => {
    const asked = newOrder();
    const mine = follow(customer(asked.customerId), asked.orderId);
    const allOfMine = follow(customer(asked.customerId), null);
    const staff = follow(employee, asked.orderId);
    const stranger = follow(customer(randomUUID()), asked.orderId);
    const nobody = follow(visitor, asked.orderId);
    try {
      await Promise.all([mine, allOfMine, staff, stranger, nobody].map(({ subscribed }) => subscribed));
      await eventually(() => expect(nobody.seen.join()).toContain('UNAUTHENTICATED'));
      await Promise.all([mine, allOfMine, staff, stranger].map(({ begun }) => begun));
      await world.publish(processPayment(asked, 'tok_approve'));
      const story = ['PAYMENT_REQUESTED', 'PAYMENT_AUTHORIZED', 'PAYMENT_CAPTURE_REQUESTED', 'PAYMENT_CAPTURED'];
      for (const { seen } of [mine, allOfMine, staff]) await eventually(() => expect(typesIn(seen)).toEqual(story));
      expect(mine.seen.at(-1)).toContain(`"order":{"id":"${asked.orderId}"}`);
      expect(stranger.seen).toEqual([]);
    } finally {
      await Promise.all([mine, allOfMine, staff, stranger, nobody].map(({ end }) => end()));
    }
  });

  // ---- Cost ----

  test('costs the same number of statements for one order and for fifty', async () => {
    const asked = Array.from({ length: 50 }, () => newOrder());
    await world.publish(...asked.map((one) => processPayment(one, 'tok_approve')));
    await Promise.all(asked.map((one) => world.until(one, 'PaymentCaptured')));
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Order { payment { status amount { amount } method { last4 } refunds { status } order { id } } }
      ... on Payment { status refunds { status } } } }`;
    const askFor = (some: readonly Asked[]) => async () => {
      const of = some.map(({ orderId }) => ({ __typename: 'Order', id: orderId }));
      const { data, codes } = await world.ask(employee, query, { of });
      expect(codes).toEqual([]);
      expect(data._entities?.filter((entity) => entity?.payment?.status === 'CAPTURED')).toHaveLength(some.length);
    };
    await world.costs(2, askFor(asked.slice(0, 1)));
    await world.costs(2, askFor(asked));
    const payments = asked.map(({ paymentId }) => ({ __typename: 'Payment', id: paymentId }));
    await world.costs(2, () => world.ask(employee, query, { of: payments }));
    const list = '{ payments(first: 50) { nodes { status refunds { status } } } }';
    await world.costs(2, () => world.ask(employee, list));
  });
});

describe('a payment that is captured by hand', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ CAPTURE_MODE: 'manual' });
  });
  afterAll(() => world.close());

  const capture = (asked: Asked, amount: object | null = null) =>
    world.ask(
      manager,
      'mutation ($input: CapturePaymentInput!) { capturePayment(input: $input) { payment { id status } } }',
      { input: { paymentId: asked.paymentId, amount } },
    );

  test('waits for it, and is captured once', async () => {
    const asked = await world.paid('tok_approve', 'PaymentAuthorized');
    expect((await capture(asked, eur(1001))).codes).toEqual(['CAPTURE_EXCEEDS_AUTHORIZED']);
    expect((await capture(asked)).data.capturePayment?.payment.id).toBe(asked.paymentId);
    await world.until(asked, 'PaymentCaptured');
    expect(await capture(asked)).toMatchObject({
      codes: [],
      data: { capturePayment: { payment: { status: 'CAPTURED' } } },
    });
    expect(await world.ledgerOf(asked)).toEqual(['authorize: authorized (1)', 'capture: captured (1)']);
  });

  test('can be captured in part', async () => {
    const asked = await world.paid('tok_approve', 'PaymentAuthorized');
    expect((await capture(asked, eur(400))).codes).toEqual([]);
    await world.until(asked, 'PaymentCaptured');
    expect((await world.ask(manager, paymentQuery, { id: asked.paymentId })).data.payment).toMatchObject({
      amount: { amount: 1000 },
      capturedAmount: { amount: 400 },
    });
    expect((await capture(asked, eur(600))).codes).toEqual(['PAYMENT_NOT_CAPTURABLE']);
  });

  test('cannot be captured when it was declined or its order was cancelled; then the hold is released', async () => {
    const declined = await world.paid('tok_decline', 'PaymentDeclined');
    expect((await capture(declined)).codes).toEqual(['PAYMENT_NOT_CAPTURABLE']);
    const cancelled = await world.paid('tok_approve', 'PaymentAuthorized');
    await world.publish(orderCancelled(cancelled));
    await world.until(cancelled, 'PaymentAuthorizationReleased');
    expect((await capture(cancelled)).codes).toEqual(['PAYMENT_NOT_CAPTURABLE']);
    expect(await world.ledgerOf(cancelled)).toEqual(['authorize: authorized (1)', 'void: voided (1)']);
  });
});

describe('a provider that does not answer', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ PROVIDER_TIMEOUT_MS: '200', SANDBOX_UNANSWERED_CALLS: '2' });
  });
  afterAll(() => world.close());

  test('is asked again with the same key until it does, and has charged once', async () => {
    const asked = await world.paid('tok_timeout');
    expect(await world.ledgerOf(asked)).toEqual(['authorize: authorized (3)', 'capture: captured (1)']);
  });

  test('releases what it never told of, when the order is cancelled meanwhile', async () => {
    const asked = await world.cancelledMeanwhile('tok_timeout');
    expect(await world.eventsOf(asked)).not.toContain('PaymentCaptured');
    expect((await world.ledgerOf(asked)).at(-1)).toBe('void: voided (1)');
  });
});

describe('a payments process that is killed', () => {
  test('in the middle of a charge is followed by one that finishes it, once', async () => {
    const world = await startWorld({ PROVIDER_TIMEOUT_MS: '1000', SANDBOX_UNANSWERED_CALLS: '1' });
    try {
      await world.stop();
      const { PORT_PAYMENTS: _, ...env } = world.env; // a free one of its own
      // It never gets an answer, however long it lives; the one after it does.
      const killed = await spawnService('payments', { ...env, SANDBOX_UNANSWERED_CALLS: '0' });
      const asked = newOrder();
      await world.publish(processPayment(asked, 'tok_timeout'));
      await eventually(async () => expect((await world.ledgerOf(asked))[0]).toContain('authorize: authorized'));
      await killed.kill();
      expect(await world.eventsOf(asked)).toEqual(['PaymentRequested']);
      await world.start();
      await world.until(asked, 'PaymentCaptured');
      expect(await world.ledgerOf(asked)).toEqual([
        expect.stringMatching(/^authorize: authorized \(\d+\)$/),
        'capture: captured (1)',
      ]);
      expect((await world.eventsOf(asked)).filter((type) => type === 'PaymentAuthorized')).toHaveLength(1);
    } finally {
      await world.close();
    }
  });
});

describe('the demo', () => {
  test('has a payment for each order that came so far, is loaded once, and goes on like any other', async () => {
    const world = await startWorld({ DEMO_DATA: 'true' });
    try {
      const orders = demoOrders();
      const reached = orders.filter(({ stockReservedAt }) => stockReservedAt !== null);
      const rows = await world.db.query<{ status: string; order_id: string }>('SELECT status, order_id FROM payments');
      const statusOf = new Map(rows.map(({ order_id, status }) => [order_id, status]));
      expect(statusOf.size).toBe(reached.length);
      for (const { orderId, status, cancelReason } of reached)
        expect(statusOf.get(orderId)).toBe(
          status !== 'CANCELLED'
            ? 'CAPTURED'
            : cancelReason === 'PAYMENT_DECLINED'
              ? 'DECLINED'
              : cancelReason === 'PAYMENT_TIMEOUT'
                ? 'VOIDED'
                : 'REFUNDED',
        );
      expect(await world.db.query('SELECT 1 FROM relay_state WHERE published_position <> last_position')).toEqual([]);
      expect(await world.db.query('SELECT 1 FROM tasks')).toEqual([]);
      const events = await world.countEvents();
      await world.stop();
      await world.start();
      expect(await world.countEvents()).toBe(events);

      const paid = reached.find(({ status }) => status === 'DELIVERED');
      if (paid === undefined) throw new Error('No demo order was delivered.');
      const { codes } = await world.ask(
        manager,
        `mutation ($id: ID!) { refundPayment(input: { paymentId: $id, reason: "returned", idempotencyKey: "1" }) { refund { id } } }`,
        { id: paid.paymentId },
      );
      expect(codes).toEqual([]);
      await world.until(paid, 'PaymentRefunded');
    } finally {
      await world.close();
    }
  });
});

import { randomUUID } from 'node:crypto';
import type { PaymentEvent } from '@supergraph/events';
import { seedPublishedEvents, type OutgoingMessage } from '@supergraph/eventsourcing';
import type { Db, Tx } from '@supergraph/postgres';
import { paymentDecider } from '../domain/decide.ts';
import { projectPayment } from '../projectPayment.ts';
import { demoPayments } from './demoPayments.ts';
import { seedSandboxLedger } from './seedSandboxLedger.ts';

const messageOf = ({ type, data }: PaymentEvent, index: number): OutgoingMessage => ({
  topic: 'payment-events',
  key: data.orderId,
  aggregateType: 'Payment',
  aggregateId: data.paymentId,
  aggregateVersion: index + 1,
  type,
  data,
  customerId: data.customerId,
  timestamp: data.at,
});

const isEmpty = async (tx: Tx): Promise<boolean> => (await tx.query('SELECT 1 FROM events LIMIT 1')).length === 0;

/**
 * Writes the demo's payments as history that was published long ago, when the database has no events yet. Processes
 * that start at once wait for each other.
 *
 * @returns how many payments were written.
 */
export const seedDemoPayments = (db: Db): Promise<number> =>
  db.transaction(async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('demo data', 0))`);
    if (!(await isEmpty(tx))) return 0;
    const histories = demoPayments();
    const cause = { userId: null, correlationId: randomUUID(), causationId: null };
    const messages = histories
      .flatMap((history) => history.map(messageOf))
      .sort((a, b) => (a.timestamp ?? '').localeCompare(b.timestamp ?? '') || a.aggregateVersion - b.aggregateVersion);
    await seedPublishedEvents(tx, messages, cause);
    await seedSandboxLedger(tx, histories);
    for (const history of histories) {
      const id = history[0]?.data.paymentId;
      if (id === undefined) continue;
      const state = history.reduce(paymentDecider.evolve, paymentDecider.initialState());
      await projectPayment(tx, { id, state, version: history.length, events: history });
    }
    return histories.length;
  });

import { randomUUID } from 'node:crypto';
import type { Task, Tasks } from '@supergraph/eventsourcing';
import type { Db } from '@supergraph/postgres';
import type { PaymentCommand } from './domain/commands.ts';
import { findInstruction } from './instructions.ts';
import type { PaymentStore } from './paymentStore.ts';
import type { PaymentProvider } from './provider/provider.ts';
import { providerTaskSchema, type ProviderTask, type ProviderTaskOf } from './providerTask.ts';

type Deps = Readonly<{
  db: Db;
  payments: PaymentStore;
  provider: PaymentProvider;
  complete: Tasks['complete'];
  /** Whether an authorised payment is captured at once, or when somebody asks. */
  capture: 'automatic' | 'manual';
  now: () => Date;
}>;

/**
 * The durable tasks of payments: each asks the provider outside any transaction, under the task's key as idempotency
 * key, then records the answer and completes the task in one. A crash in between repeats the question, and the key
 * makes it the same one. Without an answer the handler throws, and the task comes back after a while.
 *
 * @returns the handlers by kind of task.
 */
export const createProviderTasks = ({ db, payments, provider, complete, capture, now }: Deps) => {
  // The provider's client has its own time-out; a task is not given up in other ways.
  const { signal } = new AbortController();
  const call = ({ key, paymentId }: ProviderTask) => ({ idempotencyKey: key, paymentId, signal });
  const at = () => now().toISOString();

  /** Nothing to record: it was done already, or is no longer wanted. */
  const dismiss = (task: Task): Promise<void> => db.transaction((tx) => complete(tx, task));

  const record = async (task: Task, { paymentId, cause }: ProviderTask, command: PaymentCommand): Promise<void> => {
    await payments.handle(paymentId, command, cause, { also: (tx) => complete(tx, task) });
  };

  const authorize = async (task: Task, work: ProviderTaskOf<'authorize'>): Promise<void> => {
    const { state } = await payments.load(work.paymentId);
    const token = await findInstruction(db, work.paymentId);
    // Voided meanwhile: an attempt whose answer was lost is released by the void that was scheduled then.
    if (state.status !== 'REQUESTED' || token === null) return dismiss(task);
    const answer = await provider.authorize({ ...call(work), amount: state.amount, token });
    switch (answer.outcome) {
      case 'authorized': {
        const { authorizationId, method } = answer;
        return record(task, work, {
          type: 'RecordAuthorization',
          data: { authorizationId, method, capture, at: at() },
        });
      }
      case 'declined':
        return record(task, work, { type: 'RecordDecline', data: { code: answer.code, at: at() } });
    }
  };

  const captureMoney = async (task: Task, work: ProviderTaskOf<'capture'>): Promise<void> => {
    const { state } = await payments.load(work.paymentId);
    if (state.status !== 'AUTHORIZED' || state.toCapture === null) return dismiss(task);
    const { authorizationId, toCapture } = state;
    const answer = await provider.capture({ ...call(work), authorizationId, amount: toCapture });
    switch (answer.outcome) {
      case 'captured':
        return record(task, work, captured(answer.amount));
      case 'refused':
        return record(task, work, { type: 'RecordCaptureFailure', data: { code: answer.code, at: at() } });
    }
  };

  const captured = (amount: Extract<PaymentCommand, { type: 'RecordCapture' }>['data']['amount']): PaymentCommand => ({
    type: 'RecordCapture',
    data: { amount, refundId: randomUUID(), at: at() },
  });

  const release = async (task: Task, work: ProviderTaskOf<'void'>): Promise<void> => {
    const { state } = await payments.load(work.paymentId);
    if (!('hold' in state)) return dismiss(task);
    const answer = await provider.void(call(work));
    switch (answer.outcome) {
      case 'voided': {
        const { authorizationId } = answer;
        if (authorizationId === null) return dismiss(task);
        return record(task, work, { type: 'RecordRelease', data: { authorizationId, at: at() } });
      }
      case 'captured':
        return record(task, work, captured(answer.amount));
    }
  };

  const refund = async (task: Task, work: ProviderTaskOf<'refund'>): Promise<void> => {
    const { state } = await payments.load(work.paymentId);
    const { refundId, amount } = work;
    if (!('refunds' in state) || state.refunds[refundId]?.status !== 'REQUESTED') return dismiss(task);
    const answer = await provider.refund({ ...call(work), authorizationId: state.authorizationId, amount });
    switch (answer.outcome) {
      case 'refunded':
        return record(task, work, { type: 'RecordRefund', data: { refundId, at: at() } });
      case 'refused':
        return record(task, work, { type: 'RecordRefundFailure', data: { refundId, code: answer.code, at: at() } });
    }
  };

  const work = (task: Task): Promise<void> => {
    const parsed = providerTaskSchema.parse(task.payload);
    switch (parsed.kind) {
      case 'authorize':
        return authorize(task, parsed);
      case 'capture':
        return captureMoney(task, parsed);
      case 'void':
        return release(task, parsed);
      case 'refund':
        return refund(task, parsed);
    }
  };
  const kinds: readonly ProviderTask['kind'][] = ['authorize', 'capture', 'void', 'refund'];
  return Object.fromEntries(kinds.map((kind) => [kind, work]));
};

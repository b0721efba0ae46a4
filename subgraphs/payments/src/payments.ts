import { randomUUID } from 'node:crypto';
import { requireTwoFactors, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Cause } from '@supergraph/eventsourcing';
import type { Money } from '@supergraph/money';
import type { Db } from '@supergraph/postgres';
import type { PaymentStore } from './paymentStore.ts';
import { findPayments, findRefunds, type PaymentRow, type RefundRow } from './paymentTable.ts';
import { findRefundKey, isRefundKeyTaken, keepRefundKey, type RefundRequest } from './refundKeys.ts';
import { maySee, mustWrite } from './rights.ts';
import { isUuid } from './uuid.ts';

/** Who asks. */
type By = Readonly<{ viewer: Principal; cause: Cause }>;

export type Capture = Readonly<{ paymentId: string; amount: Money | null }>;
export type RefundOrder = Capture & Readonly<{ reason: string; idempotencyKey: string }>;

const notFound = (): DomainError => new DomainError('PAYMENT_NOT_FOUND', 'There is no such payment.');

const mustBeBetween = (name: string, text: string, most: number): void => {
  if (text.trim() === '' || text.length > most)
    throw new DomainError('BAD_USER_INPUT', `${name} must have 1 to ${most} characters.`, { field: name });
};

/** Keys belong to whoever chose them. */
const nameOf = (viewer: Principal): string => (viewer.kind === 'anonymous' ? '' : `${viewer.kind} ${viewer.id}`);

export type PaymentsOptions = Readonly<{
  db: Db;
  store: PaymentStore;
  now: () => Date;
  /** Refunds of more than this, in minor units, need a recent sign-in with two factors. */
  stepUpAbove: number;
}>;

/** How old that sign-in may be, in seconds. */
const stepUpSeconds = 300;

/** What staff may do with payments; both check the right before any effect. */
export const createPayments = ({ db, store, now, stepUpAbove }: PaymentsOptions) => {
  const read = async (id: string): Promise<PaymentRow> => {
    const [row] = isUuid(id) ? await findPayments(db, [id]) : [];
    if (row === undefined) throw notFound();
    return row;
  };

  const readVisible = async (viewer: Principal, id: string): Promise<PaymentRow> => {
    const payment = await read(id);
    if (!maySee(viewer, payment.customer_id)) throw notFound();
    return payment;
  };

  const readRefund = async (paymentId: string, refundId: string) => {
    const payment = await read(paymentId);
    const refund = (await findRefunds(db, [paymentId])).find(({ id }) => id === refundId);
    if (refund === undefined) throw new Error(`Refund ${refundId} is not in its table.`);
    return { payment, refund };
  };

  return {
    /**
     * Asks for the capture of an authorised payment; asking twice asks once.
     *
     * @throws DomainError UNAUTHENTICATED, FORBIDDEN, PAYMENT_NOT_FOUND, PAYMENT_NOT_CAPTURABLE,
     * CAPTURE_EXCEEDS_AUTHORIZED, PAYMENT_AMOUNT_INVALID, CURRENCY_MISMATCH
     */
    capture: async ({ paymentId, amount, viewer, cause }: Capture & By): Promise<Readonly<{ payment: PaymentRow }>> => {
      mustWrite(viewer);
      const { id } = await readVisible(viewer, paymentId);
      await store.handle(id, { type: 'RequestCapture', data: { amount, at: now().toISOString() } }, cause);
      return { payment: await read(id) };
    },

    /**
     * Asks for a refund; the same request under the same key is carried out once.
     *
     * @throws DomainError UNAUTHENTICATED, FORBIDDEN, STEP_UP_REQUIRED, PAYMENT_NOT_FOUND, PAYMENT_NOT_REFUNDABLE,
     * REFUND_EXCEEDS_CAPTURED, PAYMENT_AMOUNT_INVALID, CURRENCY_MISMATCH, IDEMPOTENCY_KEY_REUSED, BAD_USER_INPUT
     */
    refund: async (order: RefundOrder & By): Promise<Readonly<{ payment: PaymentRow; refund: RefundRow }>> => {
      const { amount, reason, idempotencyKey, viewer, cause } = order;
      mustWrite(viewer);
      mustBeBetween('reason', reason, 500);
      mustBeBetween('idempotencyKey', idempotencyKey, 200);
      const { id, captured_amount: captured, refunded_amount: refunded } = await readVisible(viewer, order.paymentId);
      if ((amount?.amount ?? captured - refunded) > stepUpAbove)
        requireTwoFactors(viewer, { maxAgeSeconds: stepUpSeconds, now: now().getTime() });
      const keyed: RefundRequest = {
        viewer: nameOf(viewer),
        key: idempotencyKey,
        request: { paymentId: id, amount, reason },
      };

      const earlier = async () => {
        const known = await findRefundKey(db, keyed);
        if (known?.same === false)
          throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This key was used for another refund.', { idempotencyKey });
        return known === null ? null : readRefund(id, known.refundId);
      };
      const before = await earlier();
      if (before !== null) return before;

      const refundId = randomUUID();
      try {
        await store.handle(
          id,
          { type: 'RequestRefund', data: { refundId, amount, reason, at: now().toISOString() } },
          cause,
          { also: (tx) => keepRefundKey(tx, keyed, { paymentId: id, refundId }) },
        );
      } catch (error) {
        // The same request at the same moment: one of the two has done it, or has used up the money.
        const meanwhile = isRefundKeyTaken(error) || error instanceof DomainError ? await earlier() : null;
        if (meanwhile === null) throw error;
        return meanwhile;
      }
      return readRefund(id, refundId);
    },
  };
};

export type Payments = ReturnType<typeof createPayments>;

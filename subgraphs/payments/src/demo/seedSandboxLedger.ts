import type { PaymentEvent } from '@supergraph/events';
import type { Tx } from '@supergraph/postgres';
import type { AuthorizeAnswer, CaptureAnswer, RefundAnswer } from '../provider/provider.ts';

type Entry = Readonly<{ key: string; operation: string; answer: AuthorizeAnswer | CaptureAnswer | RefundAnswer }>;

const entryOf = (event: PaymentEvent): readonly Entry[] => {
  const { paymentId } = event.data;
  if (event.type === 'PaymentAuthorized') {
    const { authorizationId, method } = event.data;
    return [{ key: paymentId, operation: 'authorize', answer: { outcome: 'authorized', authorizationId, method } }];
  }
  if (event.type === 'PaymentCaptured')
    return [
      {
        key: `${paymentId}:capture`,
        operation: 'capture',
        answer: { outcome: 'captured', amount: event.data.amount },
      },
    ];
  if (event.type === 'PaymentRefunded')
    return [
      { key: `${paymentId}:refund:${event.data.refundId}`, operation: 'refund', answer: { outcome: 'refunded' } },
    ];
  return [];
};

/** Lets the sandbox provider remember the demo's payments, so that they can be refunded like all others. */
export async function seedSandboxLedger(tx: Tx, histories: readonly (readonly PaymentEvent[])[]): Promise<void> {
  const rows = histories.flat().flatMap((event) => entryOf(event).map((entry) => ({ ...entry, event })));
  await tx.query(
    `INSERT INTO provider_sandbox_ledger
       (idempotency_key, operation, payment_id, authorization_id, amount, currency, answer)
     SELECT key, operation, payment_id, 'auth_' || payment_id, amount, currency, answer
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::jsonb[])
       AS entry (key, operation, payment_id, amount, currency, answer)`,
    [
      rows.map(({ key }) => key),
      rows.map(({ operation }) => operation),
      rows.map(({ event }) => event.data.paymentId),
      rows.map(({ event }) => ('amount' in event.data ? event.data.amount.amount : null)),
      rows.map(({ event }) => ('amount' in event.data ? event.data.amount.currency : null)),
      rows.map(({ answer }) => JSON.stringify(answer)),
    ],
  );
}

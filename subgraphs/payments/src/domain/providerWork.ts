import type { PaymentEvent } from '@supergraph/events';
import type { Money } from '@supergraph/money';
import type { Payment } from './payment.ts';

/**
 * Something to ask of the provider. `key` is its idempotency key there, and unique among its kind here: asked twice,
 * it is done once.
 */
export type ProviderWork =
  | Readonly<{ kind: 'authorize'; key: string; paymentId: string }>
  | Readonly<{ kind: 'capture'; key: string; paymentId: string }>
  | Readonly<{ kind: 'void'; key: string; paymentId: string }>
  | Readonly<{ kind: 'refund'; key: string; paymentId: string; refundId: string; amount: Money }>;

/**
 * What is to be asked of the provider because these events happened; `after` is the payment after all of them.
 *
 * A voided payment is voided at the provider whatever it had reached: its authorisation may be under way, or made and
 * its answer lost. Only one that ended in the moment it was requested was never sent there.
 */
export function providerWorkAfter(events: readonly PaymentEvent[], after: Payment): readonly ProviderWork[] {
  const neverSent = after.status === 'VOIDED' && events.some(({ type }) => type === 'PaymentRequested');
  if (neverSent) return [];
  return events.flatMap((event): readonly ProviderWork[] => {
    const { paymentId } = event.data;
    switch (event.type) {
      case 'PaymentRequested':
        return [{ kind: 'authorize', key: paymentId, paymentId }];
      case 'PaymentCaptureRequested':
        return [{ kind: 'capture', key: `${paymentId}:capture`, paymentId }];
      case 'PaymentVoided':
      case 'PaymentFailed':
        return [{ kind: 'void', key: `${paymentId}:void`, paymentId }];
      case 'PaymentAuthorizedLate':
        // Its own key: the provider may have answered the first void before it knew of this authorisation.
        return [{ kind: 'void', key: `${paymentId}:void:${event.data.authorizationId}`, paymentId }];
      case 'RefundRequested':
        return [
          {
            kind: 'refund',
            key: `${paymentId}:refund:${event.data.refundId}`,
            paymentId,
            refundId: event.data.refundId,
            amount: event.data.amount,
          },
        ];
      case 'PaymentAuthorized':
      case 'PaymentDeclined':
      case 'PaymentCaptured':
      case 'PaymentAuthorizationReleased':
      case 'PaymentRefunded':
      case 'RefundFailed':
        return [];
    }
  });
}

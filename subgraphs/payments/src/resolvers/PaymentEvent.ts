import { paymentEventSchemas, type PaymentEventType as EventName } from '@supergraph/events';
import type { PositionedEvent } from '@supergraph/eventsourcing';
import type { PaymentEventResolvers, PaymentEventType, SubscriptionResolvers } from '../generated/graphql.ts';

const typeOf: Readonly<Record<EventName, PaymentEventType>> = {
  PaymentRequested: 'PAYMENT_REQUESTED',
  PaymentAuthorized: 'PAYMENT_AUTHORIZED',
  PaymentDeclined: 'PAYMENT_DECLINED',
  PaymentCaptureRequested: 'PAYMENT_CAPTURE_REQUESTED',
  PaymentCaptured: 'PAYMENT_CAPTURED',
  PaymentFailed: 'PAYMENT_FAILED',
  PaymentVoided: 'PAYMENT_VOIDED',
  PaymentAuthorizedLate: 'PAYMENT_AUTHORIZED_LATE',
  PaymentAuthorizationReleased: 'PAYMENT_AUTHORIZATION_RELEASED',
  RefundRequested: 'REFUND_REQUESTED',
  PaymentRefunded: 'PAYMENT_REFUNDED',
  RefundFailed: 'REFUND_FAILED',
};

const isEventName = (type: string): type is EventName => Object.hasOwn(paymentEventSchemas, type);

export const PaymentEvent: PaymentEventResolvers = {
  id: ({ eventId }) => eventId,
  type: ({ type }) => {
    if (!isEventName(type)) throw new Error(`An event of an unknown type: ${type}.`);
    return typeOf[type];
  },
  at: ({ metadata }) => metadata.timestamp,
  payment: async ({ aggregateId }, _, { loaders }) => {
    const payment = await loaders.payments.load(aggregateId);
    if (payment === null) throw new Error(`Payment ${aggregateId} has events and is not in its table.`);
    return payment;
  },
};

export const Subscription: SubscriptionResolvers = {
  paymentEvents: {
    subscribe: (_, { orderId = null }, { follow, viewer, request }) => follow(orderId, viewer, request),
    // The event itself is the root value of its execution.
    resolve: (event: PositionedEvent) => event,
  },
};

import { allow, and, isSelf, or, permission, rule, signedIn, type Permissions } from '@supergraph/auth';
import type { PositionedEvent } from '@supergraph/eventsourcing';
import type { Context } from './context.ts';
import type { PaymentRow } from './paymentTable.ts';
import { maySee } from './rights.ts';

/** Staff, and partners with that scope. */
const staff = permission('payment:read');

/** The payment is the viewer's own. */
const ownsPayment = rule<PaymentRow, Context>('ownsPayment', ({ customer_id }, _, { viewer }) =>
  isSelf(viewer, customer_id),
);

/** Asked without an event when the stream is opened, and again for each one. */
const seesEvent = rule<PositionedEvent | undefined, Context>(
  'seesEvent',
  (event, _, { viewer }) => event === undefined || maySee(viewer, event.customerId),
);

/**
 * Closed unless opened. Three roads lead to a Payment (`Query`, `Order.payment`, `_entities`), so what protects it
 * stands on the type. A mutation's effect comes before the rules of the type it returns: the commands ask for the
 * right themselves (rights.ts); what stands here is the first gate.
 */
export const permissions: Permissions = (federation) => ({
  Query: {
    ...federation,
    payment: or(signedIn, staff), // null for whoever may not see it, as if it did not exist
    payments: staff,
  },
  Mutation: {
    capturePayment: permission('payment:write'),
    refundPayment: permission('payment:write'),
  },
  Subscription: { paymentEvents: and(or(signedIn, staff), seesEvent) },
  Payment: { '*': or(ownsPayment, staff) },
  Order: allow, // its id was named by whoever asks; its payment is null for whoever may not see it
  // Reached only through a payment that was seen.
  PaymentMethod: allow,
  Refund: allow,
  Money: allow,
  PaymentEvent: allow,
  PaymentConnection: allow,
  PaymentEdge: allow,
  PageInfo: allow,
  CapturePaymentPayload: allow,
  RefundPaymentPayload: allow,
});

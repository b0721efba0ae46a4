import type { CancelReason, DomainEvent, OrderItem } from '@supergraph/events';
import type { Money } from '@supergraph/money';

/** `now` is RFC 3339 in UTC; ids and times come in with the command, because a decision may be taken again on a conflict. */
type Data<More = unknown> = Readonly<{ orderId: string; now: string } & More>;

/** Everything that can be asked of an order. `by` is the user who asks. */
export type OrderCommand =
  | DomainEvent<
      'PlaceOrder',
      Data<{
        customerId: string;
        paymentId: string;
        items: readonly OrderItem[];
        total: Money;
        shippingAddressId: string | null;
      }>
    >
  | DomainEvent<'ConfirmStock', Data>
  | DomainEvent<'RejectStock', Data>
  | DomainEvent<'AuthorizePayment', Data>
  | DomainEvent<'ConfirmPayment', Data>
  | DomainEvent<'DeclinePayment', Data>
  | DomainEvent<'ExpirePayment', Data>
  | DomainEvent<'CancelOrder', Data<{ by: string | null; reason: CancelReason }>>
  | DomainEvent<'ShipOrder', Data<{ by: string | null; trackingNumber: string | null }>>
  | DomainEvent<'DeliverOrder', Data<{ by: string | null }>>;

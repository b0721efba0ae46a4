import type { OrderResolvers, PaymentResolvers, RefundResolvers } from '../generated/graphql.ts';
import { maySee } from '../rights.ts';

export const Payment: PaymentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.payments.load(id),
  order: ({ order_id }) => ({ id: order_id }),
  amount: ({ amount, currency }) => ({ amount, currency }),
  capturedAmount: ({ captured_amount, currency }) => ({ amount: captured_amount, currency }),
  refundedAmount: ({ refunded_amount, currency }) => ({ amount: refunded_amount, currency }),
  method: ({ method_brand, method_last4 }) =>
    method_brand === null || method_last4 === null ? null : { brand: method_brand, last4: method_last4 },
  declineCode: ({ decline_code }) => decline_code,
  refunds: ({ id }, _, { loaders }) => loaders.refunds.load(id),
  createdAt: ({ created_at }) => created_at,
  updatedAt: ({ updated_at }) => updated_at,
};

export const Refund: RefundResolvers = {
  amount: ({ amount, currency }) => ({ amount, currency }),
  createdAt: ({ created_at }) => created_at,
};

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payment: async ({ id }, _, { loaders, viewer }) => {
    const payment = await loaders.paymentsOfOrders.load(id);
    return payment !== null && maySee(viewer, payment.customer_id) ? payment : null;
  },
};

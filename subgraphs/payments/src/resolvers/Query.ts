import type { QueryResolvers } from '../generated/graphql.ts';
import { listPaymentPage } from '../paymentPage.ts';
import { maySee } from '../rights.ts';

export const Query: QueryResolvers = {
  payment: async (_, { id }, { loaders, viewer }) => {
    const payment = await loaders.payments.load(id);
    return payment !== null && maySee(viewer, payment.customer_id) ? payment : null;
  },
  payments: (_, query, { db }) => listPaymentPage(db, query),
};

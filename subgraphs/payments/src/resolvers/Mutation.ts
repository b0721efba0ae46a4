import { money } from '@supergraph/money';
import type { InputMaybe, MoneyInput, MutationResolvers } from '../generated/graphql.ts';

const moneyOf = (input: InputMaybe<MoneyInput> | undefined) =>
  input == null ? null : money(input.amount, input.currency);

export const Mutation: MutationResolvers = {
  capturePayment: async (_, { input }, { payments, loaders, viewer, cause }) => {
    const done = await payments.capture({ paymentId: input.paymentId, amount: moneyOf(input.amount), viewer, cause });
    loaders.forget(done.payment);
    return done;
  },
  refundPayment: async (_, { input }, { payments, loaders, viewer, cause }) => {
    const done = await payments.refund({ ...input, amount: moneyOf(input.amount), viewer, cause });
    loaders.forget(done.payment);
    return done;
  },
};

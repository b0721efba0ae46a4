import { userIdOf, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import * as addresses from '../addresses.ts';
import { assignRoles } from '../assignRoles.ts';
import type { Context } from '../context.ts';
import type { MutationResolvers } from '../generated/graphql.ts';
import type { Account } from '../account.ts';
import { register } from '../register.ts';
import { roleOfName } from '../roleNames.ts';
import { updateProfile } from '../updateProfile.ts';
import { sameId } from './sameId.ts';

export const Mutation: MutationResolvers = {
  registerUser: async (_, { input }, context) => {
    const user = await register(context.deps, input, context.cause);
    context.registered.add(user.id);
    return { user: remember(context, user) };
  },

  updateProfile: async (_, { input }, context) => {
    const { deps, viewer, cause } = context;
    const change = {
      userId: subjectOf(viewer, input.userId),
      // Null where there is nothing to remove is as good as left out.
      name: input.name ?? undefined,
      email: input.email ?? undefined,
      phone: input.phone,
      version: input.version ?? undefined,
    };
    return { user: remember(context, await updateProfile(deps, change, viewer, cause)) };
  },

  addAddress: async (_, { input }, context) => {
    const { deps, viewer, cause } = context;
    const { userId, address, isDefault } = input;
    const addition = { userId: subjectOf(viewer, userId), address, isDefault: isDefault ?? false };
    const changed = await addresses.addAddress(deps, addition, viewer, cause);
    return { ...changed, user: remember(context, changed.user) };
  },

  updateAddress: async (_, { input }, context) => {
    const { deps, viewer, cause } = context;
    const change = { ...input, addressId: sameId(input.addressId), isDefault: input.isDefault ?? undefined };
    const changed = await addresses.updateAddress(deps, change, viewer, cause);
    return { ...changed, user: remember(context, changed.user) };
  },

  removeAddress: async (_, { input }, context) => {
    const { deps, viewer, cause } = context;
    const changed = await addresses.removeAddress(deps, { addressId: sameId(input.addressId) }, viewer, cause);
    return { ...changed, user: remember(context, changed.user) };
  },

  assignRoles: async (_, { input }, context) => {
    const { deps, viewer, cause } = context;
    const assignment = { userId: sameId(input.userId), roles: input.roles.map(roleOfName) };
    return { user: remember(context, await assignRoles(deps, assignment, viewer, cause)) };
  },
};

/** Whose account a command is about: the one it names, else the viewer's own. */
const subjectOf = (viewer: Principal, userId: string | null | undefined): string => {
  const id = userId ?? userIdOf(viewer);
  if (id === null)
    throw new DomainError('BAD_USER_INPUT', 'Name a user: you have no account of your own.', { field: 'userId' });
  return sameId(id);
};

/** What the rest of the operation loads is the account after the change. */
const remember = ({ loaders }: Context, account: Account): Account => {
  loaders.accounts.clear(account.id).prime(account.id, account);
  loaders.addresses.clear(account.id);
  return account;
};

import type { AddressResolvers, UserResolvers } from '../generated/graphql.ts';
import { nameOfRole } from '../roleNames.ts';
import { sameId } from './sameId.ts';

export const User: UserResolvers = {
  // Whoever may see what, the rules of the type decide: this road and `Query.user` meet there.
  __resolveReference: ({ id }, { loaders }) => loaders.accounts.load(sameId(id)),
  email: (account, _, { deps }) => deps.pii.emailOf(account),
  phone: (account, _, { deps }) => deps.pii.phoneOf(account),
  addresses: ({ id }, _, { loaders }) => loaders.addresses.load(id),
  roles: ({ roles }) => roles.map(nameOfRole),
};

export const Address: AddressResolvers = {
  recipient: (address, _, { deps }) => deps.pii.lineOf(address, 'recipient'),
  line1: (address, _, { deps }) => deps.pii.lineOf(address, 'line1'),
  line2: (address, _, { deps }) => deps.pii.lineOf(address, 'line2'),
  city: (address, _, { deps }) => deps.pii.lineOf(address, 'city'),
  region: (address, _, { deps }) => deps.pii.lineOf(address, 'region'),
  postalCode: (address, _, { deps }) => deps.pii.lineOf(address, 'postalCode'),
};

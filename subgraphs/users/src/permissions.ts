import { allow, or, permission, rule, signedIn, type Permissions } from '@supergraph/auth';
import type { Account } from './account.ts';
import type { Context } from './context.ts';
import { maySee } from './rights.ts';

/** The account is the viewer's own, or the viewer may read accounts, or it was made by this very request. */
const seesAccount = rule<Account, Context>(
  'seesAccount',
  ({ id }, _, { viewer, registered }) => maySee(viewer, id) || registered.has(id),
);

/** Staff, and partners with that scope, change accounts that are not their own. */
const changesOthers = permission('user:write');

/** Nobody but admins: no role is given it, and `admin:*` covers it. */
const readsAuditLog = permission('audit:read');

/**
 * Closed unless opened. Two roads lead to a User, `Query` and `_entities`, so what protects it stands on the type.
 * A mutation's effect comes before the rules of the type it returns: the commands ask for the right themselves
 * (rights.ts); what stands here is the first gate.
 */
export const permissions: Permissions = (federation) => ({
  Query: {
    ...federation,
    me: allow, // null for a visitor
    user: allow, // null for whoever may not see the account, as if it did not exist
    users: permission('user:read'),
    auditLog: readsAuditLog,
  },
  Mutation: {
    registerUser: allow,
    updateProfile: or(signedIn, changesOthers),
    addAddress: or(signedIn, changesOthers),
    updateAddress: or(signedIn, changesOthers),
    removeAddress: or(signedIn, changesOthers),
    assignRoles: changesOthers,
  },
  User: {
    '*': seesAccount,
    id: allow, // whoever asks has named it already
    // Public among those who are known to us: an order, a review shows who made it. Visitors do not see it.
    name: or(signedIn, seesAccount),
  },
  // Reached only through User.addresses, or from a mutation that has checked the right.
  Address: allow,
  AuditEntry: readsAuditLog,
  AuditEntryConnection: readsAuditLog,
  AuditEntryEdge: readsAuditLog,
  UserConnection: allow,
  UserEdge: allow,
  PageInfo: allow,
  RegisterUserPayload: allow,
  UpdateProfilePayload: allow,
  AddAddressPayload: allow,
  UpdateAddressPayload: allow,
  RemoveAddressPayload: allow,
  AssignRolesPayload: allow,
});

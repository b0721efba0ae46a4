import { can, canGrant, isSelf, roles, type Principal, type Role } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Account } from './account.ts';

/** Whether a viewer sees an account and what is personal in it. */
export const maySee = (viewer: Principal, userId: string): boolean =>
  isSelf(viewer, userId) || can(viewer, 'user:read');

/**
 * The first half of the right to change an account, asked before anything is read: the answer is the same for an
 * account that does not exist.
 */
export const mayChangeSome = (viewer: Principal, userId: string): boolean =>
  isSelf(viewer, userId) || can(viewer, 'user:write');

/**
 * The second half: who may write customers' accounts may not therefore write an admin's. Otherwise an employee could
 * set an admin's e-mail address and let the password be reset.
 */
export const mayChange = (viewer: Principal, { id, roles: theirs }: Pick<Account, 'id' | 'roles'>): boolean =>
  isSelf(viewer, id) ||
  (can(viewer, 'user:write') && theirs.every((role) => role === 'customer' || canGrant(viewer, role)));

export const forbidden = () => new DomainError('FORBIDDEN', 'You may not do this.');

/** Roles without repetition, in the order of the table, so that equal sets are equal lists. */
export const canonicalRoles = (some: readonly Role[]): readonly Role[] => roles.filter((role) => some.includes(role));

/** The roles that one list has and the other has not. */
export const changedRoles = (before: readonly Role[], after: readonly Role[]): readonly Role[] =>
  roles.filter((role) => before.includes(role) !== after.includes(role));

/**
 * Whether an actor may turn one set of roles into another: every role that is given or taken must be in the actor's
 * hand. `stored` are the roles that the actor has at this moment; a token may still tell of some that are gone.
 *
 * @throws DomainError ROLE_NOT_GRANTABLE with the first role that is not.
 */
export const checkRoleChange = (
  actor: Principal,
  stored: readonly Role[],
  before: readonly Role[],
  after: readonly Role[],
): void => {
  const now: Principal =
    actor.kind === 'user' ? { ...actor, roles: actor.roles.filter((role) => stored.includes(role)) } : actor;
  // Partners and services change no roles, whatever their scopes: a person answers for it.
  const refused = changedRoles(before, after).find((role) => now.kind !== 'user' || !canGrant(now, role));
  if (refused !== undefined)
    throw new DomainError('ROLE_NOT_GRANTABLE', `You may not give or take the role ${refused}.`, { role: refused });
};

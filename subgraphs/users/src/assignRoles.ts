import { can, isSelf, userIdOf, type Principal, type Role } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Cause } from '@supergraph/eventsourcing';
import type { Account } from './account.ts';
import { accountColumns, isId } from './accountRows.ts';
import type { Deps } from './deps.ts';
import { recordChange } from './recordChange.ts';
import { canonicalRoles, changedRoles, checkRoleChange, forbidden } from './rights.ts';

/**
 * Gives a user exactly these roles. The rows of both, the one who assigns and the one who is assigned to, are locked
 * in the order of their ids: two admins who take each other's role at once are served one after the other, and the
 * second one is an admin no more.
 *
 * @throws DomainError FORBIDDEN, ROLE_NOT_GRANTABLE, USER_NOT_FOUND, BAD_USER_INPUT
 */
export const assignRoles = async (
  { db, now }: Deps,
  { userId, roles }: Readonly<{ userId: string; roles: readonly Role[] }>,
  viewer: Principal,
  cause: Cause,
): Promise<Account> => {
  if (!can(viewer, 'user:write')) throw forbidden();
  if (roles.length === 0)
    throw new DomainError('BAD_USER_INPUT', 'An account needs at least one role.', { field: 'roles' });
  const after = canonicalRoles(roles);
  const at = now().toISOString();
  const actorId = userIdOf(viewer);

  return db.transaction(async (tx) => {
    const locked = await tx.query<Account>(
      `SELECT ${accountColumns} FROM users WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
      [[userId, actorId].filter((id) => id !== null && isId(id))],
    );
    // PostgreSQL reads a UUID in capitals too: who it is, the row says.
    const target = locked.find(({ id }) => id === userId.toLowerCase());
    if (target === undefined) throw new DomainError('USER_NOT_FOUND', 'There is no such user.');
    if (isSelf(viewer, target.id)) throw new DomainError('ROLE_NOT_GRANTABLE', 'Nobody changes their own roles.');
    const stored = locked.find(({ id }) => id === actorId)?.roles ?? [];
    checkRoleChange(viewer, stored, target.roles, after);
    if (changedRoles(target.roles, after).length === 0) return target;
    const data = { userId: target.id, roles: [...after], previousRoles: [...target.roles], at };
    return recordChange(tx, target, { roles: after }, { type: 'UserRolesAssigned', data }, cause);
  });
};

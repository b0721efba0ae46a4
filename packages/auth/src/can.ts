import type { Principal } from './principal.ts';
import { rolePermissions } from './roles.ts';
import type { Permission, Role } from './roles.ts';

/**
 * The architecture's wildcard rule: a grant covers the same permission; `order:*` covers every `order:…`;
 * `admin:*` covers everything.
 */
export const covers = (grant: string, permission: Permission): boolean =>
  grant === permission || grant === 'admin:*' || (grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1)));

const rolesCover = (roles: readonly Role[], permission: Permission): boolean =>
  roles.some((role) => rolePermissions[role].some((grant) => covers(grant, permission)));

const scopesCover = (scopes: readonly string[], permission: Permission): boolean =>
  scopes.some((scope) => covers(scope, permission));

/**
 * Tells whether a principal holds a permission: for a person the permissions of the roles, narrowed by the scopes
 * of the token; for a client its scopes; for one of our services what an admin has.
 */
export const can = (principal: Principal, permission: Permission): boolean => {
  switch (principal.kind) {
    case 'anonymous':
      return false;
    case 'user':
      return (
        rolesCover(principal.roles, permission) &&
        (principal.scopes === null || scopesCover(principal.scopes, permission))
      );
    case 'client':
      return scopesCover(principal.scopes, permission);
    case 'service':
      return rolesCover(['admin'], permission);
  }
};

/**
 * Tells whether a principal may give this role to somebody, or take it away: `customer` and `employee` need
 * `team:manage`, `manager` needs `admin:*`, and the two admin roles are in the hands of a super_admin alone.
 * A caller asks for every role that changes, in both directions.
 */
export const canGrant = (principal: Principal, role: Role): boolean => {
  switch (role) {
    case 'customer':
    case 'employee':
      return can(principal, 'team:manage');
    case 'manager':
      return can(principal, 'admin:*');
    case 'admin':
    case 'super_admin':
      return principal.kind === 'user' && principal.roles.includes('super_admin') && can(principal, 'admin:*');
  }
};

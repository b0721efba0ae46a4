import { roles, type Role } from '@supergraph/auth';
import type { Role as RoleName } from './generated/graphql.ts';

/** Roles as the graph names them. */
const names = {
  customer: 'CUSTOMER',
  employee: 'EMPLOYEE',
  manager: 'MANAGER',
  admin: 'ADMIN',
  super_admin: 'SUPER_ADMIN',
} as const satisfies Record<Role, RoleName>;

export const nameOfRole = (role: Role): RoleName => names[role];

const byName = new Map<RoleName, Role>(roles.map((role) => [names[role], role]));

export const roleOfName = (name: RoleName): Role => {
  const role = byName.get(name);
  if (role === undefined) throw new Error(`The role ${name} has no counterpart.`);
  return role;
};

/** The roles a person can have; a person may have several. */
export const roles = ['customer', 'employee', 'manager', 'admin', 'super_admin'] as const;

export type Role = (typeof roles)[number];

/** `noun:verb`; in a grant the verb may be `*`, and `admin:*` grants everything. */
export type Permission = `${string}:${string}`;

const employee: readonly Permission[] = [
  'user:read',
  'user:write',
  'order:read',
  'order:write',
  'payment:read',
  'product:write',
];

/**
 * What each role may do with OTHER people's objects; one's own need sign-in and ownership only, which is why a
 * customer has no permission at all. The table and its reasons are in docs/adr/0004-roles-and-permissions.md.
 */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  customer: [],
  employee,
  manager: [...employee, 'payment:write', 'product:*', 'report:read', 'team:manage'],
  admin: ['admin:*'],
  super_admin: ['admin:*'],
};

import { rolePermissions, type Role } from '@supergraph/auth';

/** What a program may know of a person (OpenID Connect Core, section 5.4), and that it may act in their absence. */
export const oidcScopes = ['openid', 'profile', 'email', 'phone', 'offline_access'] as const;

/** What a program may do in the API: the permissions of the roles. */
export const apiScopes: readonly string[] = [...new Set(Object.values(rolePermissions).flat())];

/** The scopes of a token that is not narrower than its user: the permissions of the roles. */
export const scopesOf = (roles: readonly Role[]): string =>
  [...new Set(roles.flatMap((role) => rolePermissions[role]))].join(' ');

/** The words for people who are asked. */
export const scopeTexts: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'See your name',
  email: 'See your e-mail address',
  phone: 'See your telephone number',
  offline_access: 'Stay signed in when you are away',
  'user:read': 'Read accounts you may read',
  'user:write': 'Change accounts you may change',
  'order:read': 'Read orders you may read',
  'order:write': 'Change orders you may change',
  'payment:read': 'Read payments you may read',
  'payment:write': 'Refund and capture payments you may change',
  'product:write': 'Change products',
  'product:*': 'Do everything with products',
  'report:read': 'Read reports',
  'team:manage': 'Manage your team',
  'admin:*': 'Do everything you may do',
};

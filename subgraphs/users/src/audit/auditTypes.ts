import { accountEventSchemas, identityEventSchemas } from '@supergraph/events';
import type { AuditType as AuditTypeName } from '../generated/graphql.ts';

/** The events that make the audit log: all that identity tells, and changes of roles. */
export const auditEventSchemas = {
  ...identityEventSchemas,
  UserRolesAssigned: accountEventSchemas.UserRolesAssigned,
} as const;

export type AuditType = keyof typeof auditEventSchemas;

/** As the graph names them. */
const names = {
  UserSignedIn: 'USER_SIGNED_IN',
  UserSignInFailed: 'USER_SIGN_IN_FAILED',
  UserFactorAdded: 'USER_FACTOR_ADDED',
  UserFactorRemoved: 'USER_FACTOR_REMOVED',
  UserBackupCodesReplaced: 'USER_BACKUP_CODES_REPLACED',
  UserAccessWithdrawn: 'USER_ACCESS_WITHDRAWN',
  UserRolesAssigned: 'USER_ROLES_ASSIGNED',
  ClientRegistered: 'CLIENT_REGISTERED',
  ClientSecretRotated: 'CLIENT_SECRET_ROTATED',
  ClientDisabled: 'CLIENT_DISABLED',
  ClientEnabled: 'CLIENT_ENABLED',
} as const satisfies Record<AuditType, AuditTypeName>;

const auditTypes = Object.keys(names) as AuditType[];

export const nameOfAuditType = (type: AuditType): AuditTypeName => names[type];

/** The type of an event that the graph names so. */
export const auditTypeOf = (name: AuditTypeName): AuditType => {
  const type = auditTypes.find((candidate) => names[candidate] === name);
  if (type === undefined) throw new Error(`The audit type ${name} has no counterpart.`);
  return type;
};

export const isAuditType = (type: string): type is AuditType => Object.hasOwn(names, type);

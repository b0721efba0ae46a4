import { nameOfAuditType } from '../audit/auditTypes.ts';
import type { AuditEntryResolvers } from '../generated/graphql.ts';
import { nameOfRole } from '../roleNames.ts';

export const AuditEntry: AuditEntryResolvers = {
  type: ({ type }) => nameOfAuditType(type),
  // Who is gone is null; the log stays.
  user: ({ userId }, _, { loaders }) => (userId === null ? null : loaders.accounts.load(userId)),
  actor: ({ actorId }, _, { loaders }) => (actorId === null ? null : loaders.accounts.load(actorId)),
  methods: ({ data }) => data.amr ?? null,
  reason: ({ data }) => data.reason ?? null,
  factor: ({ data }) => data.kind ?? null,
  roles: ({ data }) => data.roles?.map(nameOfRole) ?? null,
  previousRoles: ({ data }) => data.previousRoles?.map(nameOfRole) ?? null,
};

import { userIdOf } from '@supergraph/auth';
import type { QueryResolvers } from '../generated/graphql.ts';
import { auditTypeOf } from '../audit/auditTypes.ts';
import { listAudit } from '../audit/listAudit.ts';
import { listAccounts } from '../listAccounts.ts';
import { maySee } from '../rights.ts';
import { roleOfName } from '../roleNames.ts';
import { sameId } from './sameId.ts';

export const Query: QueryResolvers = {
  me: (_, __, { loaders, viewer }) => {
    const id = userIdOf(viewer);
    return id === null ? null : loaders.accounts.load(id);
  },
  // Not read at all without the right, so that not even the time of the answer tells whether it exists.
  user: (_, { id }, { loaders, viewer }) => (maySee(viewer, sameId(id)) ? loaders.accounts.load(sameId(id)) : null),
  users: (_, { role, ...query }, { deps }) =>
    listAccounts(deps, { ...query, role: role == null ? null : roleOfName(role) }),
  auditLog: (_, { userId, clientId, types, ...page }, { deps, viewer }) =>
    listAudit(
      deps,
      {
        ...page,
        userId: userId == null ? null : sameId(userId),
        clientId: clientId ?? null,
        types: types?.map(auditTypeOf) ?? null,
      },
      viewer,
    ),
};

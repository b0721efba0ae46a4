import { DateTime } from '@supergraph/subgraph-kit';
import type { Resolvers } from '../generated/graphql.ts';
import { AuditEntry } from './AuditEntry.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Address, User } from './User.ts';

/** Everything that needs more than reading a property. */
export const resolvers: Resolvers = { DateTime, Query, Mutation, User, Address, AuditEntry };

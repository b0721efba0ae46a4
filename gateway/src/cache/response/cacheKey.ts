import { anonymous, can, type Permission } from '@supergraph/auth';
import { viewerKey } from '../../engine/execute/viewerKey.ts';
import type { RequestContext } from '../../requestContext.ts';
import type { Variables } from '../../engine/compile/compileVariables.ts';
import type { CachePolicy } from '../hints/compilePolicy.ts';

/** What is known of a document's operation before any request. */
export type Caching = Readonly<{
  policy: CachePolicy;
  /** Of the supergraph, the document and the operation's name. */
  hash: string;
}>;

/**
 * Everything that an answer depends on: the operation, its variables, and who asks. For whom an answer is PRIVATE, the
 * whole principal stands in its key; of everybody else only those permissions that the hints name.
 */
export const cacheKey = ({ policy, hash }: Caching, variables: Variables, context: RequestContext): string =>
  `${hash}\n${viewerClass(policy, context)}\n${JSON.stringify(variables)}`;

const viewerClass = (policy: CachePolicy, context: RequestContext): string => {
  if (policy.scope === 'PRIVATE') return `private ${viewerKey(context)}`;
  return `public ${heldPermissions(policy, context)} ${viewerKey({ ...context, principal: anonymous })}`;
};

/** Those of a policy's permissions that a viewer has. */
export const heldPermissions = ({ permissions }: CachePolicy, { principal }: RequestContext): string =>
  principal.kind === 'anonymous'
    ? ''
    : permissions.filter((permission) => can(principal, permission as Permission)).join(',');

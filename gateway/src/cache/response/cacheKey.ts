import { anonymous, can, type Permission } from '@supergraph/auth';
import { viewerKey, type Viewer } from '../../engine/execute/viewerKey.ts';
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

/** For whom something is kept: what has the same class may be given to each other. */
export type Audience = Pick<CachePolicy, 'scope' | 'permissions'>;

export const viewerClass = (audience: Audience, viewer: Viewer): string => {
  if (audience.scope === 'PRIVATE') return `private ${viewerKey(viewer)}`;
  const { propagated, canary, accessKey } = viewer;
  return `public ${heldPermissions(audience, viewer)} ${viewerKey({ principal: anonymous, propagated, canary, accessKey })}`;
};

/** Those of an audience's permissions that a viewer has. */
export const heldPermissions = (
  { permissions }: Pick<Audience, 'permissions'>,
  { principal }: Pick<RequestContext, 'principal'>,
): string =>
  principal.kind === 'anonymous'
    ? ''
    : permissions.filter((permission) => can(principal, permission as Permission)).join(',');

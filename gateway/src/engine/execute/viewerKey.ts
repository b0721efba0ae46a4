import { anonymous } from '@supergraph/auth';
import type { RequestContext } from '../../requestContext.ts';

/** What of a request says who asks. */
export type Viewer = Pick<RequestContext, 'principal' | 'propagated' | 'canary' | 'accessKey'>;

/**
 * Who asks, as a part of a key: everything about a request beside its operation that could make a subgraph answer
 * differently, and nothing that differs by accident, such as the request id, the trace, the client's address
 * or the viewer's signature.
 * It has no line break.
 */
export const viewerKey = ({ principal, propagated, canary, accessKey }: Viewer): string => {
  const headers = Object.entries(propagated);
  if (principal === anonymous && headers.length === 0 && canary === null && accessKey === '') return '';
  return JSON.stringify([principal, headers.toSorted(), canary, accessKey]);
};

import { viewerHeader, type Principal, type ViewerSigner } from '@supergraph/auth';
import { traceOf, type RequestContext } from '../requestContext.ts';

/** The signed viewer for one subgraph; undefined when the gateway has no key to sign with. */
export type SignViewer = (principal: Principal, subgraph: string) => Promise<string | undefined>;

/** Without a signer nobody is told who asks: that is the mode for any supergraph. */
export const createSignViewer =
  (signer: ViewerSigner | null): SignViewer =>
  async (principal, subgraph) =>
    signer?.sign(principal, subgraph);

/**
 * The headers of a request to a subgraph. They are built up from nothing: what is not named here does not leave,
 * `Authorization` least of all.
 */
export const createUpstreamHeaders =
  (signViewer: SignViewer) =>
  async (context: RequestContext, subgraph: string): Promise<Record<string, string>> => {
    const viewer = await signViewer(context.principal, subgraph);
    return {
      ...context.propagated,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'x-request-id': context.requestId,
      'x-real-ip': context.clientAddress,
      ...traceOf(context),
      ...(viewer !== undefined && { [viewerHeader]: viewer }),
    };
  };

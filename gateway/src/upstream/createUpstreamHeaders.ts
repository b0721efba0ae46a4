import { viewerHeader, type Principal, type ViewerSigner } from '@supergraph/auth';
import { traceOf, type RequestContext } from '../requestContext.ts';

/** The signed viewer for one subgraph; undefined when the gateway has no key to sign with. */
export type SignViewer = (principal: Principal, subgraph: string) => Promise<string | undefined>;

/** The headers of a request to a subgraph; at once where nothing has to be signed. */
export type HeadersOf = (
  context: RequestContext,
  subgraph: string,
) => Record<string, string> | Promise<Record<string, string>>;

/** Without a signer nobody is told who asks: that is the mode for any supergraph. */
export const createSignViewer =
  (signer: ViewerSigner | null): SignViewer =>
  async (principal, subgraph) =>
    signer?.sign(principal, subgraph);

/**
 * The headers of requests to subgraphs. They are built up from nothing: what is not named here does not leave,
 * `Authorization` least of all.
 *
 * @param signViewer null where nobody is told who asks
 */
export const createUpstreamHeaders = (signViewer: SignViewer | null): HeadersOf => {
  if (signViewer === null) return headersOf;
  return async (context, subgraph) => {
    const headers = headersOf(context);
    const viewer = await signViewer(context.principal, subgraph);
    if (viewer !== undefined) headers[viewerHeader] = viewer;
    return headers;
  };
};

const headersOf = (context: RequestContext): Record<string, string> => {
  const { propagated, requestId, clientAddress } = context;
  const { traceparent, tracestate } = traceOf(context);
  const headers: Record<string, string> = {};
  // First, so that none of them stands instead of ours.
  for (const name in propagated) headers[name] = propagated[name] ?? '';
  headers['content-type'] = 'application/json';
  headers['accept'] = 'application/graphql-response+json, application/json;q=0.9';
  headers['x-request-id'] = requestId;
  headers['x-real-ip'] = clientAddress;
  headers['traceparent'] = traceparent;
  if (tracestate !== undefined) headers['tracestate'] = tracestate;
  return headers;
};

import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { IncomingHttpHeaders } from 'node:http';
import type { Handle } from './engine/createHandle.ts';
import { jsonType } from './http/negotiate.ts';
import type { RequestContext } from './requestContext.ts';

/** Lets Apollo Server answer over HTTP. */
export const createApolloHandle =
  (server: ApolloServer<RequestContext>): Handle =>
  async ({ method, headers: given, search, body: asked }, context) => {
    const { status, headers, body } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: toHeaderMap(given), search: `?${search}`, body: asked },
      context: async () => context,
    });
    let type: string = jsonType;
    for (const [name, value] of headers) {
      if (name === 'content-type') type = value;
      // It is told of the text that is sent, which may be compressed.
      else if (name !== 'content-length') context.responseHeaders[name] = value;
    }
    return { status: status ?? 200, type, body: body.kind === 'complete' ? body.string : body.asyncIterator };
  };

const toHeaderMap = (given: IncomingHttpHeaders): HeaderMap => {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
};

import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { isDomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import { request, type Dispatcher } from 'undici';
import { startWaiting, stopWaiting } from '../http/upstreamClock.ts';
import { logOf, type RequestContext } from '../requestContext.ts';
import type { HeadersOf } from './createUpstreamHeaders.ts';
import { parseGraphQLAnswer, type GraphQLAnswer } from './graphqlAnswer.ts';

export type SubgraphSourceOptions = Readonly<{
  name: string;
  url: string;
  /** Keeps the connections; shared by all subgraphs. */
  dispatcher: Dispatcher;
  /** The whole exchange must be over within this time; then it is aborted. */
  timeoutSeconds: number;
  headersOf: HeadersOf;
  log: Logger;
}>;

/** One subgraph over HTTP. It always answers: a subgraph that cannot be asked is an error in the answer. */
export const createSubgraphSource = (options: SubgraphSourceOptions): GraphQLDataSource<RequestContext> => ({
  process: async (operation) => {
    if (!('incomingRequestContext' in operation)) return {};
    const { context } = operation;
    startWaiting(context.upstream);
    try {
      const answer = await ask(options, context, operation.request);
      if (answer !== undefined) return answer;
      logOf(context).warn({ subgraph: options.name, url: options.url }, 'a subgraph did not answer with GraphQL');
    } catch (error) {
      logOf(context).warn({ subgraph: options.name, url: options.url, err: error }, 'a subgraph could not be asked');
    } finally {
      stopWaiting(context.upstream);
    }
    return { errors: [unavailable(options.name)] };
  },
});

/**
 * What a client is told of a subgraph that is away: its name, which is public, and when to come again, but not where it
 * is or what it said.
 */
export const unavailable = (subgraph: string, cause: unknown = null) => ({
  message: `The service "${subgraph}" is not available.`,
  extensions: {
    ...(isDomainError(cause, 'SUBGRAPH_UNAVAILABLE') && cause.details),
    code: 'SUBGRAPH_UNAVAILABLE',
    category: 'UNAVAILABLE',
    serviceName: subgraph,
  },
});

const ask = async (
  { name, url, dispatcher, timeoutSeconds, headersOf }: SubgraphSourceOptions,
  context: RequestContext,
  { query, variables, operationName }: GraphQLDataSourceProcessOptions['request'],
): Promise<GraphQLAnswer | undefined> => {
  const { body } = await request(url, {
    method: 'POST',
    dispatcher,
    headers: await headersOf(context, name),
    body: JSON.stringify({ query, variables, operationName }),
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  const text = await body.text();
  // The status is not asked: a refusal with a GraphQL body (401, 400, 500) tells more than the number does.
  return parseGraphQLAnswer(readJson(text));
};

const readJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

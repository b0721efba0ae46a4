import { DomainError, type ErrorCode } from '@supergraph/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from '../formatError.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Answer, GraphQLRequest } from './createAnswer.ts';
import { isData } from './compile/values.ts';

/**
 * Answers a GraphQL request over HTTP; the context is made, the body is parsed. As in every Fastify handler, what it
 * resolves to is the answer's body, unless it is the reply itself.
 */
export type Handle = (request: FastifyRequest, reply: FastifyReply, context: RequestContext) => Promise<unknown>;

/**
 * GraphQL over HTTP: POST with JSON, GET for queries, and nothing that a form or a link on another site could send
 * without a preflight.
 */
export const createHandle =
  (answer: Answer): Handle =>
  async (request, reply, context) => {
    const type = mediaType(request.headers.accept);
    const read = type === undefined ? notAcceptable : request.method === 'GET' ? readGet(request) : readPost(request);
    if ('code' in read) {
      const error = new DomainError(read.code, read.message);
      context.observed.outcome = error.code;
      return reply.code(read.status).send(errorBody(error));
    }
    const gone = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const { status, text } = await answer(read, context, gone.signal, request.method === 'GET');
    if (status === 405) reply.header('allow', 'POST');
    return reply.code(status).header('content-type', type).send(text);
  };

type Refusal = Readonly<{ status: number; code: ErrorCode; message: string }>;

const bad = (message: string): Refusal => ({ status: 400, code: 'BAD_REQUEST', message });
const notAcceptable: Refusal = {
  status: 406,
  code: 'BAD_REQUEST',
  message: 'Answers are JSON, which the request does not accept.',
};

/** https://graphql.github.io/graphql-over-http, section 6: the newer type for those who name it. */
const mediaType = (accept: string | undefined): string | undefined => {
  if (accept === undefined || accept === '*/*' || accept === 'application/json')
    return 'application/json; charset=utf-8';
  const named = accept.split(',').map((part) => part.split(';', 1)[0]?.trim().toLowerCase());
  const json = named.findIndex((name) => name === 'application/json' || name === 'application/*' || name === '*/*');
  const response = named.indexOf('application/graphql-response+json');
  if (response >= 0 && (json < 0 || response < json)) return 'application/graphql-response+json; charset=utf-8';
  return json >= 0 ? 'application/json; charset=utf-8' : undefined;
};

const readPost = ({ headers, body }: FastifyRequest): GraphQLRequest | Refusal => {
  const type = headers['content-type'];
  if (type !== 'application/json' && type?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    return bad('Send application/json.');
  }
  return isData(body) ? readRequest(body) : bad('The body is a JSON object with a query.');
};

const readGet = ({ headers, query }: FastifyRequest): GraphQLRequest | Refusal => {
  if (headers['apollo-require-preflight'] === undefined && headers['x-apollo-operation-name'] === undefined) {
    return bad('A query by GET needs the header apollo-require-preflight, which other sites cannot send.');
  }
  if (!isData(query)) return bad('A query is missing.');
  const variables = parsed(query['variables']);
  const extensions = parsed(query['extensions']);
  if (variables instanceof Error || extensions instanceof Error) return bad('Variables and extensions are JSON.');
  return readRequest({ ...query, variables, extensions });
};

const parsed = (text: unknown): unknown => {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    return error;
  }
};

const readRequest = ({
  query,
  variables,
  operationName,
  extensions,
}: Record<string, unknown>): GraphQLRequest | Refusal => {
  if (typeof query !== 'string' || query === '') {
    return isData(extensions) && extensions['persistedQuery'] !== undefined
      ? { status: 200, code: 'PERSISTED_QUERY_NOT_SUPPORTED', message: 'PersistedQueryNotSupported' }
      : bad('The request has no query.');
  }
  if (variables != null && !isData(variables)) return bad('The variables are no JSON object.');
  if (operationName != null && typeof operationName !== 'string') return bad('The operation name is no text.');
  return {
    query,
    variables: variables ?? {},
    operationName: operationName === '' ? undefined : (operationName ?? undefined),
  };
};

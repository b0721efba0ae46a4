import { DomainError, isDomainError } from '@supergraph/errors';
import { parse as parseQuery } from 'node:querystring';
import type { HttpAnswer, HttpRequest } from '../http/httpExchange.ts';
import { acceptsMultipart, multipart, multipartType } from '../http/multipart.ts';
import { jsonType, negotiate, statusFor, type MediaType } from '../http/negotiate.ts';
import { isBatch, readGet, readPost } from '../http/readRequest.ts';
import { isNotModified } from '../http/isNotModified.ts';
import { refusalOf } from '../http/refusalOf.ts';
import { statusOf } from '../http/statusOf.ts';
import type { LimitsConfig } from '../limits/limitsConfig.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Answer } from './createAnswer.ts';
import type { Cancellation } from './execute/cancellation.ts';
import type { ClientRequest } from './graphqlRequest.ts';
import { andThen, type PromiseOrValue } from './promiseOrValue.ts';

/** Answers a GraphQL request over HTTP whose context is made and whose body is parsed. */
export type Handle = (
  request: HttpRequest,
  context: RequestContext,
  /** When the client is gone. */
  cancellation: Cancellation,
) => PromiseOrValue<HttpAnswer>;

/** GraphQL over HTTP (https://graphql.github.io/graphql-over-http): POST with JSON, GET for queries. */
export const createHandle =
  (answer: Answer, { batchSize }: Pick<LimitsConfig, 'batchSize'>): Handle =>
  ({ method, headers, search, body: given }, context, cancellation) => {
    const inParts = acceptsMultipart(headers.accept);
    // Who names only the type of parts can read the JSON in them.
    const type = negotiate(headers.accept) ?? (inParts ? jsonType : null);
    if (type === null) return refusal(context, notAcceptable);
    const byGet = method === 'GET';
    const asked = byGet ? readGet(parseQuery(search)) : readPost(given, batchSize);
    if (isDomainError(asked)) return refusal(context, asked, type);
    if (isBatch(asked)) return answerBatch(answer, asked, { context, cancellation, type });

    const answered = answer(inParts ? { ...asked, inParts } : asked, context, cancellation, byGet);
    return andThen(answered, ({ status, body, parts }) => {
      if (parts !== undefined) return { status: 200, type: multipartType, body: multipart(parts) };
      if (byGet && status === 200 && isNotModified(headers, context.responseHeaders))
        return { status: 304, type, body: '' };
      if (status === 405) context.responseHeaders['allow'] = 'POST';
      return { status: statusFor(status, type), type, body };
    });
  };

const answerBatch = async (
  answer: Answer,
  batch: readonly ClientRequest[],
  { context, cancellation, type }: Readonly<{ context: RequestContext; cancellation: Cancellation; type: MediaType }>,
): Promise<HttpAnswer> => {
  const answers = await Promise.all(batch.map(async (one) => answer(one, { ...context }, cancellation)));
  // What is true of one of them is not true of all.
  for (const name of ['age', 'etag', 'surrogate-key']) delete context.responseHeaders[name];
  if (context.responseHeaders['cache-control'] !== undefined) context.responseHeaders['cache-control'] = 'no-store';
  return { status: 200, type, body: `[${answers.map(({ body }) => body.toString()).join(',')}]` };
};

const notAcceptable = new DomainError('NOT_ACCEPTABLE', 'Answers are JSON, which the request does not accept.');

const refusal = (context: RequestContext, error: DomainError, type: MediaType = jsonType): HttpAnswer => {
  context.observed.outcome = error.code;
  return refusalOf(error, statusOf(error), type);
};

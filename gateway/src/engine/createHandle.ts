import { DomainError, isDomainError } from '@supergraph/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { errorBody } from '../formatError.ts';
import { acceptsMultipart, multipart, multipartType } from '../http/multipart.ts';
import { negotiate, statusFor, type MediaType } from '../http/negotiate.ts';
import { isBatch, readGet, readPost } from '../http/readRequest.ts';
import { isNotModified } from '../http/isNotModified.ts';
import { statusOf } from '../http/statusOf.ts';
import type { LimitsConfig } from '../limits/limitsConfig.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Answer } from './createAnswer.ts';

/**
 * Answers a GraphQL request over HTTP; the context is made, the body is parsed. As in every Fastify handler, what it
 * resolves to is the answer's body, unless it is the reply itself.
 */
export type Handle = (request: FastifyRequest, reply: FastifyReply, context: RequestContext) => Promise<unknown>;

/** GraphQL over HTTP (https://graphql.github.io/graphql-over-http): POST with JSON, GET for queries. */
export const createHandle =
  (answer: Answer, { batchSize }: Pick<LimitsConfig, 'batchSize'>): Handle =>
  async (request, reply, context) => {
    const inParts = acceptsMultipart(request.headers.accept);
    // Who names only the type of parts can read the JSON in them.
    const type = negotiate(request.headers.accept) ?? (inParts ? 'application/json; charset=utf-8' : null);
    if (type === null) return refuse(reply, context, notAcceptable);
    const byGet = request.method === 'GET';
    const asked = byGet ? readGet(request.query) : readPost(request.body, batchSize);
    if (isDomainError(asked)) return refuse(reply, context, asked, type);

    const gone = new AbortController();
    // It may have gone while its body was read.
    if (reply.raw.destroyed) gone.abort();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    if (isBatch(asked)) {
      const answers = await Promise.all(asked.map((one) => answer(one, { ...context }, gone.signal)));
      // What is true of one of them is not true of all.
      for (const name of ['age', 'etag', 'surrogate-key']) delete context.responseHeaders[name];
      if (context.responseHeaders['cache-control'] !== undefined) context.responseHeaders['cache-control'] = 'no-store';
      return reply.header('content-type', type).send(`[${answers.map(({ body }) => body.toString()).join(',')}]`);
    }
    const { status, body, parts } = await answer({ ...asked, inParts }, context, gone.signal, byGet);
    if (parts !== undefined) return reply.header('content-type', multipartType).send(Readable.from(multipart(parts)));
    if (byGet && status === 200 && isNotModified(request.headers, context.responseHeaders))
      return reply.code(304).send();
    if (status === 405) reply.header('allow', 'POST');
    return reply.code(statusFor(status, type)).header('content-type', type).send(body);
  };

const notAcceptable = new DomainError('NOT_ACCEPTABLE', 'Answers are JSON, which the request does not accept.');

const refuse = (
  reply: FastifyReply,
  context: RequestContext,
  error: DomainError,
  type: MediaType = 'application/json; charset=utf-8',
) => {
  context.observed.outcome = error.code;
  return reply.code(statusOf(error)).header('content-type', type).send(errorBody(error));
};

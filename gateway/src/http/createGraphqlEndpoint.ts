import { DomainError, isDomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../authenticate.ts';
import type { GatewayConfig } from '../config.ts';
import { createCancellation } from '../engine/execute/cancellation.ts';
import type { Handle } from '../engine/createHandle.ts';
import { createRequestContext, type RequestContext } from '../requestContext.ts';
import type { AuthorizationOf } from '../session/createAuthorizationOf.ts';
import type { Steps } from '../steps.ts';
import type { HttpStreams } from '../subscriptions/createHttpStreams.ts';
import type { ClientAddress } from './clientAddress.ts';
import { isAllowedOrigin } from './cors.ts';
import { createCsrf } from './csrf.ts';
import type { HeaderList, HttpAnswer, HttpRequest } from './httpExchange.ts';
import type { NoteRequest } from './noteRequest.ts';
import { readBody } from './readBody.ts';
import { refusalOf } from './refusalOf.ts';
import { sendAnswer } from './sendAnswer.ts';

export type GraphqlEndpointOptions = Readonly<{
  config: Pick<GatewayConfig, 'corsOrigins' | 'production' | 'csrf' | 'limits' | 'headers' | 'compression'>;
  handle: Handle;
  /** Answers that come one after the other. */
  streams: HttpStreams;
  authenticate: Authenticate;
  authorizationOf: AuthorizationOf;
  clientAddress: ClientAddress;
  steps: Pick<Steps, 'admit'>;
  /** Told once of each request, when it is over. */
  note: NoteRequest;
  log: Logger;
}>;

/** Serves one request; the headers are those of every answer to it. */
export type GraphqlEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  headers: HeaderList,
) => void;

/**
 * The first half of a request's path, before it is known what is asked: who asks, whether he is let in, and the body.
 * `createAnswer` has the second. It stands on Node's own server, since for a small query a framework's hooks would cost
 * more than all the rest: see docs/adr/0019-request-pipeline.md.
 */
export const createGraphqlEndpoint = (options: GraphqlEndpointOptions): GraphqlEndpoint => {
  const { config, handle, streams, authenticate, authorizationOf, clientAddress, steps, note, log } = options;
  const { compression } = config;
  const csrf = createCsrf({
    allowed: (origin) => isAllowedOrigin(config, origin),
    preflightForGet: config.csrf.preflightForGet,
  });

  return (request, response, requestId, headers) => {
    const startedAt = performance.now();
    const cancellation = createCancellation();
    let context: RequestContext | null = null;
    let refusal: string | null = null;

    response.once('close', () => {
      const gone = !response.writableFinished;
      if (gone) cancellation.cancel();
      const elapsedMs = performance.now() - startedAt;
      note({
        requestId,
        method: request.method ?? '',
        context,
        refusal,
        status: gone ? null : response.statusCode,
        elapsedMs,
      });
    });

    /** Null when the answer was a stream, which wrote itself. */
    const answer = async (): Promise<HttpAnswer | null> => {
      const { method } = request;
      if (method !== 'POST' && method !== 'GET') throw notAllowed;
      // Before the body is read: a request that is refused here costs us no parsing.
      const forged = csrf(method, request.headers);
      if (forged !== null) throw forged;
      const { principal } = await authenticate(authorizationOf(request));
      context = createRequestContext({
        headers: request.headers,
        principal,
        clientAddress: clientAddress(request),
        propagate: config.headers.propagate,
        log,
        requestId,
      });
      const notNow = steps.admit?.(context) ?? null;
      if (notNow !== null) throw notNow;
      const body = method === 'GET' ? undefined : await readBody(request, config.limits.bodyBytes);
      const asked: HttpRequest = { method, headers: request.headers, search: searchOf(request.url), body };
      return streams.wants(request.headers)
        ? streams.handle(asked, { response, headers }, context)
        : handle(asked, context, cancellation);
    };

    const send = (made: HttpAnswer): void | Promise<void> =>
      sendAnswer(response, {
        answer: made,
        context,
        headers,
        startedAt,
        compression,
        acceptEncoding: request.headers['accept-encoding'],
      });

    const refuse = (thrown: unknown): void | Promise<void> => {
      // There is nobody to tell; the connection's end is noted.
      if (response.headersSent || response.destroyed) {
        if (!isDomainError(thrown) && !response.destroyed) log.error({ err: thrown, requestId }, 'unexpected error');
        response.destroy();
        return;
      }
      const error = isDomainError(thrown) ? thrown : unexpected;
      if (error === unexpected) log.error({ err: thrown, requestId }, 'unexpected error');
      refusal = error.code;
      if (error === notAllowed) headers = [...headers, 'allow', 'GET, POST, OPTIONS'];
      if (error.code.startsWith('TOKEN_')) headers = [...headers, 'www-authenticate', challenge(error)];
      // What is left of a body is not worth reading.
      if (error.code === 'REQUEST_TOO_LARGE') headers = [...headers, 'connection', 'close'];
      return send(error === notAllowed ? refusalOf(error, 405) : refusalOf(error));
    };

    const serve = async (): Promise<void> => {
      try {
        const made = await answer();
        if (made !== null) await send(made);
      } catch (error) {
        await refuse(error);
      }
    };
    serve().catch((error: unknown) => {
      log.error({ err: error, requestId }, 'a request could not be answered');
      response.destroy();
    });
  };
};

const searchOf = (url: string | undefined): string => {
  const at = url?.indexOf('?') ?? -1;
  return at < 0 ? '' : (url?.slice(at + 1) ?? '');
};

/** RFC 6750, section 3.1. */
const challenge = ({ message }: DomainError): string => `Bearer error="invalid_token", error_description="${message}"`;

const notAllowed = new DomainError('BAD_REQUEST', 'GraphQL comes by POST, and queries by GET.');
const unexpected = new DomainError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');

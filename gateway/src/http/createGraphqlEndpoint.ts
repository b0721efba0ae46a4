import { DomainError, isDomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate, Authenticated } from '../authenticate.ts';
import type { GatewayConfig } from '../config.ts';
import { createCancellation } from '../engine/execute/cancellation.ts';
import type { Handle } from '../engine/createHandle.ts';
import type { PromiseOrValue } from '../engine/promiseOrValue.ts';
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

/** A request and its answer, with what becomes known on the way. */
type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Those of whatever is answered. */
  headers: HeaderList;
  readonly startedAt: number;
  readonly cancellation: ReturnType<typeof createCancellation>;
  /** Null until it is known who asks. */
  context: RequestContext | null;
  /** The code, when the request is refused before its operation is looked at. */
  refusal: string | null;
};

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

  /** @throws DomainError when nobody needs to listen to this client */
  const admit = (exchange: Exchange, { principal }: Authenticated): RequestContext => {
    const { request, requestId } = exchange;
    const context = createRequestContext({
      headers: request.headers,
      principal,
      clientAddress: clientAddress(request),
      propagate: config.headers.propagate,
      log,
      requestId,
    });
    exchange.context = context;
    const notNow = steps.admit?.(context) ?? null;
    if (notNow !== null) throw notNow;
    return context;
  };

  /** Null when the answer is a stream, which writes itself. */
  const ask = (exchange: Exchange, context: RequestContext, asked: HttpRequest): PromiseOrValue<HttpAnswer | null> =>
    streams.wants(asked.headers)
      ? streams.handle(asked, exchange, context)
      : handle(asked, context, exchange.cancellation);

  const send = (exchange: Exchange, made: HttpAnswer): void | Promise<void> =>
    sendAnswer(exchange.response, {
      answer: made,
      context: exchange.context,
      headers: exchange.headers,
      startedAt: exchange.startedAt,
      compression,
      acceptEncoding: exchange.request.headers['accept-encoding'],
    });

  const refuse = (exchange: Exchange, thrown: unknown): void | Promise<void> => {
    const { response, requestId } = exchange;
    // There is nobody to tell; the connection's end is noted.
    if (response.headersSent || response.destroyed) {
      if (!isDomainError(thrown) && !response.destroyed) log.error({ err: thrown, requestId }, 'unexpected error');
      response.destroy();
      return;
    }
    const error = isDomainError(thrown) ? thrown : unexpected;
    if (error === unexpected) log.error({ err: thrown, requestId }, 'unexpected error');
    exchange.refusal = error.code;
    exchange.headers = [...exchange.headers, ...headersOfRefusal(error)];
    return send(exchange, error === notAllowed ? refusalOf(error, 405) : refusalOf(error));
  };

  const serve = async (exchange: Exchange): Promise<void> => {
    try {
      const { method, headers, url } = exchange.request;
      if (method !== 'POST' && method !== 'GET') throw notAllowed;
      // Before the body is read: a request that is refused here costs us no parsing.
      const forged = csrf(method, headers);
      if (forged !== null) throw forged;
      const known = authenticate(authorizationOf(exchange.request));
      const context = admit(exchange, known instanceof Promise ? await known : known);
      const body = method === 'GET' ? undefined : await readBody(exchange.request, config.limits.bodyBytes);
      const answer = ask(exchange, context, { method, headers, search: searchOf(url), body });
      const made = answer instanceof Promise ? await answer : answer;
      if (made === null) return;
      const sending = send(exchange, made);
      if (sending instanceof Promise) await sending;
    } catch (error) {
      await refuse(exchange, error);
    }
  };

  const end = ({ request, response, requestId, startedAt, cancellation, context, refusal }: Exchange): void => {
    const gone = !response.writableFinished;
    if (gone) cancellation.cancel();
    const elapsedMs = performance.now() - startedAt;
    const status = gone ? null : response.statusCode;
    note({ requestId, method: request.method ?? '', context, refusal, status, elapsedMs });
  };

  return (request, response, requestId, headers) => {
    const exchange: Exchange = {
      request,
      response,
      requestId,
      headers,
      startedAt: performance.now(),
      cancellation: createCancellation(),
      context: null,
      refusal: null,
    };
    response.once('close', () => end(exchange));
    serve(exchange).catch((error: unknown) => {
      log.error({ err: error, requestId }, 'a request could not be answered');
      response.destroy();
    });
  };
};

const headersOfRefusal = (error: DomainError): HeaderList => {
  if (error === notAllowed) return ['allow', 'GET, POST, OPTIONS'];
  if (error.code.startsWith('TOKEN_')) return ['www-authenticate', challenge(error)];
  // What is left of a body is not worth reading.
  if (error.code === 'REQUEST_TOO_LARGE') return ['connection', 'close'];
  return [];
};

const searchOf = (url: string | undefined): string => {
  const at = url?.indexOf('?') ?? -1;
  return at < 0 ? '' : (url?.slice(at + 1) ?? '');
};

/** RFC 6750, section 3.1. */
const challenge = ({ message }: DomainError): string => `Bearer error="invalid_token", error_description="${message}"`;

const notAllowed = new DomainError('BAD_REQUEST', 'GraphQL comes by POST, and queries by GET.');
const unexpected = new DomainError('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');

import { DomainError, isDomainError } from '@supergraph/errors';
import { GraphQLError, OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Authenticate } from '../authenticate.ts';
import type { Engine } from '../createEngine.ts';
import { errorBody, type FormatError } from '../formatError.ts';
import type { HeaderList, HttpAnswer, HttpRequest } from '../http/httpExchange.ts';
import { refusalOf } from '../http/refusalOf.ts';
import type { RequestContext } from '../requestContext.ts';
import { usesSession, type AuthorizationOf } from '../session/createAuthorizationOf.ts';
import type { ConnectionLimit } from './connectionLimit.ts';
import type { Admit } from './createAdmit.ts';
import type { Listener } from './createFeed.ts';
import { createOutbox } from './createOutbox.ts';
import type { Leave, Subscriptions } from './createSubscriptions.ts';
import { createAnswerEvent } from './feedEvent.ts';
import { overflowError } from './overflowError.ts';
import { readStreamRequest, type StreamRequest } from './readStreamRequest.ts';
import { multipart, serverSentEvents, type StreamFormat } from './streamFormats.ts';
import type { SubscriptionsConfig } from './subscriptionsConfig.ts';

export type HttpStreamsOptions = Readonly<{
  engine: () => Engine;
  admit: Admit;
  subscriptions: Subscriptions;
  connections: ConnectionLimit;
  config: SubscriptionsConfig;
  authenticate: Authenticate;
  authorizationOf: AuthorizationOf;
  formatError: FormatError;
}>;

/** Operations over HTTP whose answers come one after the other. */
export type HttpStreams = Readonly<{
  /** Whether a request asks for such answers, by its `Accept`. */
  wants: (headers: IncomingHttpHeaders) => boolean;
  /** Writes the answer itself, and resolves to null; or refuses the request. */
  handle: (request: HttpRequest, reply: Reply, context: RequestContext) => Promise<HttpAnswer | null>;
  /** Closes every stream without a last word: its client comes back, to another gateway. */
  close: () => void;
}>;

/** Where a stream is written, and the headers of every answer. */
export type Reply = Readonly<{ response: ServerResponse; headers: HeaderList }>;

/** Bytes that may wait in a connection before what comes waits in the mailbox. */
const highWaterMark = 64 * 1024;

/** setTimeout counts in 32 bits. */
const longestTimer = 2 ** 31 - 1;

/**
 * Serves GraphQL over Server-Sent Events (graphql-sse, distinct connections mode) and over multipart HTTP
 * (`multipart/mixed;subscriptionSpec="1.0"`): one operation for each request, its events as parts of the response.
 */
export const createHttpStreams = (options: HttpStreamsOptions): HttpStreams => {
  const { engine, admit, subscriptions, connections, config, authenticate, authorizationOf, formatError } = options;

  const open = new Set<ServerResponse>();

  const formatted = (error: unknown): readonly GraphQLFormattedError[] => [
    formatError(
      error instanceof GraphQLError ? error.toJSON() : { message: error instanceof Error ? error.message : 'Failed.' },
      error,
    ),
  ];

  const begin = async (
    asked: StreamRequest,
    context: RequestContext,
    format: StreamFormat,
    { isGet, hasSession }: Readonly<{ isGet: boolean; hasSession: boolean }>,
    listener: Listener,
  ): Promise<Leave> => {
    const { query, read } = await admit(asked, context);
    const { operation } = read;
    const { operationName, variables, cursor, snapshot } = asked;
    context.observed.operationName = operation.name?.value ?? null;
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
      const place = cursor === undefined && format.keepsPlace ? null : cursor;
      const request = { query, operationName, variables, cursor: place, snapshot };
      const beginNow = await subscriptions.prepare(request, context);
      return beginNow(listener);
    }
    if (hasSession) throw new DomainError('BAD_REQUEST', 'A session is for subscriptions; queries bring their token.');
    if (isGet && operation.operation === OperationTypeNode.MUTATION) {
      throw new DomainError('BAD_REQUEST', 'Only queries and subscriptions may come by GET.');
    }
    const answer = async (): Promise<void> => {
      const request = { query, variables, ...(operationName !== undefined && { operationName }) };
      listener.next(createAnswerEvent(await engine().execute(request, context)));
      listener.end(null);
    };
    answer().catch((error: unknown) => listener.end(formatted(error)));
    return () => {};
  };

  const stream = async (
    request: HttpRequest,
    { response: raw, headers }: Reply,
    context: RequestContext,
    format: StreamFormat,
    read: StreamRequest,
    release: () => void,
  ): Promise<void> => {
    const authorization = authorizationOf(request);
    const { expiresAt, watch } = await authenticate(authorization);
    // The client may be gone already; then nothing would tell us later.
    if (raw.destroyed) return release();
    const all = { ...context.responseHeaders, ...format.headers };
    raw.writeHead(200, [...headers, 'vary', 'Origin, accept', ...Object.entries(all).flat()]);
    raw.write(format.opening);
    open.add(raw);

    let leave: Leave = () => {};
    let over = false;
    const heartbeat = setInterval(() => {
      void checkToken();
      // A connection that has no room has no use for a sign of life either.
      if (!raw.writableNeedDrain) raw.write(format.heartbeat);
    }, config.heartbeatSeconds * 1000);
    let expiry: NodeJS.Timeout | undefined;
    let stopWatching: (() => void) | undefined;
    const close = (ending: string | null, reason?: string): void => {
      if (over) return;
      over = true;
      clearInterval(heartbeat);
      clearTimeout(expiry);
      stopWatching?.();
      leave(reason);
      release();
      open.delete(raw);
      if (ending !== null) raw.end(ending);
    };

    const fail = (errors: readonly GraphQLFormattedError[]): void => {
      const code = String(errors[0]?.extensions?.['code'] ?? 'ok');
      context.observed.outcome = code;
      close(format.failure(errors), code);
    };
    /** A token that has expired, or has other rights now, is replaced and the stream taken up where it was. */
    const endOfToken = (error: DomainError): void => {
      const cursor = error.code === 'TOKEN_EXPIRED' ? outbox.cursor() : null;
      const { message, code, details } = error;
      fail(errorBody(cursor === null ? error : new DomainError(code, message, { ...details, cursor })).errors);
    };
    /** It may have been revoked meanwhile. Who cannot be asked at the moment has not said no. */
    const checkToken = async (): Promise<void> => {
      try {
        await authenticate(authorization);
      } catch (error) {
        if (isDomainError(error) && error.code !== 'IDENTITY_UNAVAILABLE') endOfToken(error);
      }
    };
    stopWatching = watch?.(() => void checkToken());
    const outbox = createOutbox({
      capacity: config.mailboxEvents,
      isFull: () => raw.writableLength > highWaterMark,
      write: (event) => void raw.write(format.event(event)),
      onOverflow: (cursor) => fail([overflowError(cursor)]),
    });
    raw.on('drain', outbox.drain);
    // The client left, or we are done.
    raw.once('close', () => close(null));
    if (expiresAt !== null) {
      const expire = (): void => endOfToken(new DomainError('TOKEN_EXPIRED', 'The access token has expired.'));
      expiry = setTimeout(expire, Math.min(Math.max(expiresAt * 1000 - Date.now(), 0), longestTimer));
    }
    try {
      const origin = { isGet: request.method === 'GET', hasSession: usesSession(request, authorization) };
      const begun = await begin(read, context, format, origin, {
        next: outbox.put,
        end: (errors) => outbox.finish(() => (errors === null ? close(format.ending) : fail(errors))),
      });
      leave = begun;
      if (over) begun();
    } catch (error) {
      fail(formatted(error));
    }
  };

  return {
    close: () => {
      for (const raw of open) raw.destroy();
    },
    wants: ({ accept }) => formatOf(accept) !== null,
    handle: async (request, reply, context) => {
      const format = formatOf(request.headers.accept) ?? serverSentEvents;
      try {
        const read = readStreamRequest(request);
        const release = connections.take();
        if (release === null) {
          throw new DomainError('CONNECTION_LIMIT_REACHED', 'All connections are taken; try again later.');
        }
        // The token may have ended since it was looked at first.
        await stream(request, reply, context, format, read, release).catch((error: unknown) => {
          release();
          throw error;
        });
        return null;
      } catch (error) {
        if (!isDomainError(error)) throw error;
        context.observed.outcome = error.code;
        return refusalOf(error, statuses[error.code] ?? 400);
      }
    },
  };
};

const statuses: Readonly<Record<string, number>> = { CONNECTION_LIMIT_REACHED: 503 };

/** The first of the two that is named; someone who prefers a plain answer gets that. */
const formatOf = (accept: string | undefined): StreamFormat | null => {
  if (accept === undefined || !/event-stream|multipart/i.test(accept)) return null;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (type === 'text/event-stream') return serverSentEvents;
    if (type === 'multipart/mixed' && parameters.some((one) => one.startsWith('subscriptionspec='))) return multipart;
  }
  return null;
};

import { DomainError } from '@supergraph/errors';
import { parse as parseQuery } from 'node:querystring';
import { z } from 'zod';
import { readSubscribeExtensions } from './subscribeExtensions.ts';
import type { HttpRequest } from '../http/httpExchange.ts';
import type { AskedOperation } from './createAdmit.ts';
import type { SubscribeExtensions } from './subscribeExtensions.ts';

/** An operation, and where in its stream to go on. */
export type StreamRequest = AskedOperation & SubscribeExtensions;

const body = z.object({
  query: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

const bad = (message: string): DomainError => new DomainError('BAD_REQUEST', message);

/**
 * Reads an operation from the body of a POST or the query string of a GET; the place to go on from is in the extensions,
 * or in `Last-Event-ID`, which a browser sends by itself.
 *
 * @throws DomainError BAD_REQUEST
 */
export const readStreamRequest = (request: HttpRequest): StreamRequest => {
  const given = body.safeParse(request.method === 'GET' ? fromQueryString(parseQuery(request.search)) : request.body);
  if (!given.success) throw bad('The request is no GraphQL request: a query is missing, or variables are no object.');
  const { query, operationName, variables, extensions } = given.data;
  const places = readSubscribeExtensions(extensions);
  if (places === undefined) throw bad('extensions.cursor is a text or null.');
  const last = request.headers['last-event-id'];
  const cursor = typeof last === 'string' && last !== '' ? last : places.cursor;
  const named = extensions?.['persistedQuery'] !== undefined;
  if ((query ?? '') === '' && !named) throw bad('The request has no query.');
  return {
    query: query === '' ? null : (query ?? null),
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    extensions: extensions ?? null,
    ...places,
    cursor,
  };
};

const fromQueryString = (query: unknown): unknown => {
  const text = z.record(z.string(), z.string()).safeParse(query);
  if (!text.success) return undefined;
  const { variables, extensions, ...rest } = text.data;
  return { ...rest, variables: parsed(variables), extensions: parsed(extensions) };
};

const parsed = (text: string | undefined): unknown => {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw bad('Variables and extensions are JSON.');
  }
};

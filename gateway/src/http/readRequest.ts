import { DomainError, isDomainError } from '@supergraph/errors';
import { isData } from '../engine/compile/values.ts';
import type { ClientRequest } from '../engine/graphqlRequest.ts';

const bad = (message: string): DomainError => new DomainError('BAD_REQUEST', message);

/** Reads the parameters of a GET (GraphQL over HTTP, section 5.3): objects come as JSON. */
export const readGet = (query: unknown): ClientRequest | DomainError => {
  if (!isData(query)) return bad('A query is missing.');
  const variables = parsed(query['variables']);
  const extensions = parsed(query['extensions']);
  if (variables instanceof Error || extensions instanceof Error) return bad('Variables and extensions are JSON.');
  return readRequest({ ...query, variables, extensions });
};

/**
 * Reads the JSON body of a POST (GraphQL over HTTP, section 5.4), or a list of such bodies, which no specification
 * knows but Apollo's clients send.
 *
 * @param batchSize how many may come at once; of 1 a list is not even read
 */
export const readPost = (body: unknown, batchSize: number): ClientRequest | readonly ClientRequest[] | DomainError => {
  if (isData(body)) return readRequest(body);
  if (!Array.isArray(body) || body.length === 0 || batchSize === 1) {
    return bad('The body is a JSON object with a query.');
  }
  if (body.length > batchSize) {
    return new DomainError('BATCH_TOO_LARGE', 'There are too many operations in one request.', { limit: batchSize });
  }
  const requests: ClientRequest[] = [];
  for (const item of body) {
    const request = isData(item) ? readRequest(item) : bad('A list of operations has objects with a query.');
    if (isDomainError(request)) return request;
    requests.push(request);
  }
  return requests;
};

/** Whether several operations came. */
export const isBatch = (asked: ClientRequest | readonly ClientRequest[]): asked is readonly ClientRequest[] =>
  Array.isArray(asked);

const readRequest = ({
  query,
  variables,
  operationName,
  extensions,
  documentId,
}: Record<string, unknown>): ClientRequest | DomainError => {
  if (query != null && typeof query !== 'string') return bad('The query is no text.');
  if (variables != null && !isData(variables)) return bad('The variables are no JSON object.');
  if (operationName != null && typeof operationName !== 'string') return bad('The operation name is no text.');
  if (extensions != null && !isData(extensions)) return bad('The extensions are no JSON object.');
  if (documentId != null && typeof documentId !== 'string') return bad('The document id is no text.');
  if (!query && !documentId && extensions?.['persistedQuery'] === undefined) return bad('The request has no query.');
  return {
    query: query === '' ? null : (query ?? null),
    variables: variables ?? {},
    operationName: operationName === '' ? undefined : (operationName ?? undefined),
    extensions: extensions ?? null,
    documentId: documentId ?? null,
  };
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

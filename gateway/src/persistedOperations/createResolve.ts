import type { Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { z } from 'zod';
import type { ClientRequest, GraphQLRequest } from '../engine/graphqlRequest.ts';
import { andThen, type PromiseOrValue } from '../engine/promiseOrValue.ts';
import type { AutomaticOperations } from './createAutomaticOperations.ts';
import { everybody, type StoredOperation } from './createOperationStore.ts';
import type { Registry } from './createRegistry.ts';
import { sha256Of } from './manifest.ts';

/** The request with its document, or why there is none for who asks. */
export type Resolved = GraphQLRequest | DomainError;

/** Finds the document of a request. At once, except for a hash that this gateway has not met yet. */
export type Resolve = (request: ClientRequest, principal: Principal) => PromiseOrValue<Resolved>;

export type ResolveOptions = Readonly<{
  registry: Registry;
  /** null: automatic persisted queries are off. */
  automatic: AutomaticOperations | null;
  /** Whether a program without a user may run what it has registered and nothing else. */
  restrictClients: boolean;
}>;

/** `extensions.persistedQuery` of Apollo's protocol for automatic persisted queries. */
const persistedQuery = z.object({
  version: z.literal(1),
  sha256Hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .transform((hash) => hash.toLowerCase()),
});

/** What a request is named by. */
type Named = Readonly<{ query: string | null; id: string | null; hash: string | null }>;

/**
 * The list of a partner belongs to the `client_id` of its token: nothing it can type, neither a header nor an id, leads
 * to another one. For all others the registered operations are those of our own clients, and a shorter way to say what
 * they could say in full.
 */
export const createResolve =
  ({ registry, automatic, restrictClients }: ResolveOptions): Resolve =>
  (request, principal) => {
    const named = read(request);
    if (named instanceof DomainError) return named;
    if (restrictClients && principal.kind === 'client') return ofPartner(registry, principal.id, request, named);
    if (named.id !== null) return registered(request, registry.find(everybody, named.id)) ?? notFound(named.id);
    if (named.hash === null) return withText(request, named.query ?? '');
    return byHash(registry, automatic, request, named.hash, named.query);
  };

const read = ({ query, documentId, extensions }: ClientRequest): Named | DomainError => {
  const given = extensions?.['persistedQuery'];
  if (documentId != null) {
    if (query !== null || given !== undefined) {
      return new DomainError('BAD_REQUEST', 'Send either documentId, or a query or its hash.');
    }
    // GraphQL over HTTP, appendix on persisted documents: a hash may say that it is one.
    return { query, id: documentId.replace(/^sha256:/, ''), hash: null };
  }
  if (given === undefined) return { query, id: null, hash: null };
  const parsed = persistedQuery.safeParse(given);
  if (!parsed.success)
    return new DomainError('BAD_REQUEST', 'extensions.persistedQuery has version 1 and a sha256Hash.');
  return { query, id: null, hash: parsed.data.sha256Hash };
};

const withText = ({ variables, operationName }: ClientRequest, query: string): GraphQLRequest => ({
  query,
  variables,
  operationName,
});

const registered = (request: ClientRequest, operation: StoredOperation | undefined): GraphQLRequest | undefined =>
  operation === undefined ? undefined : withText(request, operation.body);

const ofPartner = (
  registry: Registry,
  clientId: string,
  request: ClientRequest,
  { query, id, hash }: Named,
): GraphQLRequest | DomainError => {
  const sent = query === null ? null : sha256Of(query);
  const wanted = id ?? hash ?? sent;
  const operation = wanted === null ? undefined : registry.find(clientId, wanted);
  // The text of a registered operation is that operation; any other text under its name is not.
  if (operation === undefined || (sent !== null && sent !== operation.sha256)) {
    return new DomainError('OPERATION_NOT_REGISTERED', 'This client may only run the operations it has registered.');
  }
  return withText(request, operation.body);
};

const byHash = (
  registry: Registry,
  automatic: AutomaticOperations | null,
  request: ClientRequest,
  hash: string,
  query: string | null,
): PromiseOrValue<Resolved> => {
  if (query === null) {
    // The messages are part of Apollo's protocol.
    const orRefuse = (known: string | undefined): Resolved => {
      if (known !== undefined) return withText(request, known);
      return automatic === null
        ? new DomainError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
        : new DomainError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    };
    const known = registry.find(everybody, hash)?.body ?? automatic?.find(hash);
    return andThen(known, orRefuse);
  }
  const isItsHash = automatic === null ? sha256Of(query) === hash : automatic.remember(hash, query);
  return isItsHash
    ? withText(request, query)
    : new DomainError('PERSISTED_QUERY_HASH_MISMATCH', 'The hash is not that of the query.');
};

const notFound = (id: string): DomainError =>
  new DomainError('PERSISTED_OPERATION_NOT_FOUND', 'There is no registered operation with this id.', { id });

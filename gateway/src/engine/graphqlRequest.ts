import type { Variables } from './compile/compileVariables.ts';
import type { Data } from './compile/values.ts';

/** What a client sent: a document, or something by which it is found. */
export type ClientRequest = Readonly<{
  query: string | null;
  variables: Variables;
  operationName?: string | undefined;
  extensions?: Data | null;
  /** The id of an operation that was registered. */
  documentId?: string | null;
  /** Whether the client takes an answer in parts. */
  inParts?: boolean;
}>;

/** A request with its document. */
export type GraphQLRequest = Readonly<{ query: string; variables: Variables; operationName?: string | undefined }>;

/** The JSON of a GraphQL response, as text or in UTF-8, and the HTTP status for it. */
export type Answered = Readonly<{
  status: number;
  body: string | Buffer;
  /** The code of the first error; null when there is none. */
  code: string | null;
  /** What the cache knows the data by: absent without a cache, null when it has no name for all of it. */
  tags?: readonly string[] | null;
  /** When something in it that was kept is too old, in milliseconds since 1970. */
  freshUntil?: number;
  /** Instead of the body, for an operation with `@defer`: one JSON text after the other. */
  parts?: AsyncIterable<string>;
}>;

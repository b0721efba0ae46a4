import { DomainError } from '@supergraph/errors';
import { z } from 'zod';

/** What a cursor holds: the sort key of a row, last part unique. */
export type CursorKey = readonly (string | number | null)[];

const anyCursorKey = z.array(z.union([z.string(), z.number(), z.null()])).readonly();

export const defaultPageSize = 20;
export const largestPageSize = 100;

/** An opaque cursor: base64url of JSON. Opaque to clients; it holds nothing they may not see. */
export const encodeCursor = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const decodeCursor = <Key>(cursor: string, schema: z.ZodType<Key>): Key => {
  const invalid = (cause: unknown): DomainError =>
    new DomainError('CURSOR_INVALID', 'This cursor does not belong to this list.', {}, { cause });
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw invalid(cause);
  }
  const key = schema.safeParse(decoded);
  if (!key.success) throw invalid(key.error);
  return key.data;
};

/** The arguments of a Relay connection, as GraphQL hands them over. */
export type PageInput = Readonly<{ first?: number | null | undefined; after?: string | null | undefined }>;

/** A page to read: `limit` rows after `after`; read one row more to see whether there is a next page. */
export type Page<Key = CursorKey> = Readonly<{ limit: number; after: Key | null }>;

/**
 * Checks the arguments of a connection (GraphQL Cursor Connections Specification, section 4).
 *
 * @param schema what this list's cursors hold, so that a cursor of another list is refused:
 *   `z.tuple([z.iso.datetime(), z.uuid()])`
 * @throws DomainError PAGE_SIZE_OUT_OF_RANGE below 1 or above 100; CURSOR_INVALID
 */
export function pageArgs(input: PageInput): Page;
export function pageArgs<Key>(input: PageInput, schema: z.ZodType<Key>): Page<Key>;
export function pageArgs({ first, after }: PageInput, schema: z.ZodType = anyCursorKey): Page<unknown> {
  const limit = first ?? defaultPageSize;
  if (limit < 1 || limit > largestPageSize) {
    throw new DomainError('PAGE_SIZE_OUT_OF_RANGE', `\`first\` must be from 1 to ${largestPageSize}.`, {
      first: limit,
      max: largestPageSize,
    });
  }
  return { limit, after: after === undefined || after === null ? null : decodeCursor(after, schema) };
}

/** A page of a list as in the GraphQL Cursor Connections specification, with the nodes once more without their cursors. */
export type Connection<Node> = {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
};

/**
 * A Relay connection from the rows that were read.
 *
 * @param rows in the order of the list, up to `limit + 1` of them; the one too many only tells of a next page
 * @param cursorOf the sort key of a row
 */
export const toConnection = <Node>(
  rows: readonly Node[],
  { limit, after }: Page<unknown>,
  cursorOf: (row: Node) => CursorKey,
): Connection<Node> => {
  const edges = rows.slice(0, limit).map((node) => ({ cursor: encodeCursor(cursorOf(node)), node }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length > limit,
      // The specification lets a server that pages forwards say so when it is cheap: there was a cursor.
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};

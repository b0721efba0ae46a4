import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';

/** One message of a subscription, made into bytes once for everybody who gets it. */
export type FeedEvent = Readonly<{
  /** Where to go on after it; null when the subgraph knows no cursors. */
  cursor: string | null;
  /** Has no data: it only tells a client that can resume where it is. */
  place: boolean;
  /** What it takes of memory, roughly: its text, the bytes of one transport, and what is around them. */
  bytes: number;
  /**
   * The execution result with `extensions.cursor` where the subgraph gave one, as the end of a `next` message of
   * graphql-transport-ws: what follows `"payload":`. Made when first needed, as the others.
   */
  payload: () => Buffer;
  /** As one message of Server-Sent Events. */
  sse: () => Buffer;
  /** As one part of multipart HTTP. */
  part: () => Buffer;
}>;

/** An execution result that is ready for clients. */
export type Rendered = Readonly<{
  /** The JSON of `data`. */
  dataText?: string;
  errors?: readonly GraphQLFormattedError[];
  extensions?: Readonly<Record<string, unknown>>;
}>;

/** Renders a message. The extensions say where it is in the stream, or that the stream has no places. */
export const createFeedEvent = (
  result: Rendered,
  { cursor, place = false, snapshot = false }: Readonly<{ cursor: string | null; place?: boolean; snapshot?: boolean }>,
): FeedEvent => {
  const extensions = {
    ...result.extensions,
    ...(cursor !== null && { cursor }),
    // Inside of a snapshot there is no place: it is had whole or not at all.
    ...(cursor === null && !snapshot && { resumable: false }),
    ...(snapshot && { snapshot }),
    ...(place && { live: true }),
  };
  return toFeedEvent(textOf(Object.keys(extensions).length > 0 ? { ...result, extensions } : result), cursor, place);
};

/** The one answer of a query or mutation, on a transport for streams. */
export const createAnswerEvent = (result: FormattedExecutionResult): FeedEvent =>
  toFeedEvent(JSON.stringify(result), null, false);

const textOf = ({ dataText, errors = [], extensions }: Rendered): string => {
  const text = JSON.stringify({ ...(errors.length > 0 && { errors }), ...(extensions && { extensions }) });
  return dataText === undefined ? text : `{"data":${dataText}${text === '{}' ? '}' : `,${text.slice(1)}`}`;
};

/** Of an event without its text. */
const overhead = 500;

const toFeedEvent = (text: string, cursor: string | null, place: boolean): FeedEvent => {
  let payload: Buffer | undefined;
  let sse: Buffer | undefined;
  let part: Buffer | undefined;
  return {
    cursor,
    place,
    bytes: 2 * text.length + overhead,
    payload: () => (payload ??= Buffer.from(`${text}}`)),
    sse: () => (sse ??= Buffer.from(toSse(text, cursor, place))),
    part: () => (part ??= Buffer.from(toPart(`{"payload":${text}}`))),
  };
};

/** WHATWG HTML, section 9.2.6: an id without data sets the place to go on from and dispatches nothing. */
const toSse = (text: string, cursor: string | null, place: boolean): string => {
  const id = cursor === null ? '' : `id: ${cursor}\n`;
  return place ? `${id}\n` : `${id}event: next\ndata: ${text}\n\n`;
};

/** The boundary that ends a part comes with it: a reader hands the part on when it has seen that. */
export const toPart = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;

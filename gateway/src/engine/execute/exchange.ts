import { isAscii } from 'node:buffer';
import type { UpstreamAnswered, UpstreamRequest, UpstreamResponse } from '../upstream/send.ts';
import { LateError, type Abort, type WireHandler, type WireHeaders } from './connections.ts';
import { createDeadlines, type Deadlines, type Due } from './deadlines.ts';
import { createDecoder, type Decoder } from './decoder.ts';

/** What holds for all exchanges over the same connections. */
export type Terms = Readonly<{ maxAnswerBytes: number; deadlines: Deadlines<Exchange> }>;

/** One request to a subgraph on its way, and what has come back so far. */
export type Exchange = WireHandler &
  Due &
  Readonly<{ answered: UpstreamAnswered; failed: UpstreamRequest['failed']; terms: Terms }> & {
    /** How its connection ends it; null before it is sent. */
    abort: Abort | null;
    /** Null for an answer that is not encoded. */
    decoder: Decoder | null;
    response: UpstreamResponse | undefined;
    /** The answer, decoded; most come in one piece. */
    only: Buffer | null;
    pieces: Buffer[] | null;
    bytes: number;
    /** Whether nobody is to be told anything any more. */
    over: boolean;
  };

/**
 * The functions are those of all exchanges, and read their exchange from `this`: there is one for each request to a
 * subgraph, and functions of its own would be most of what it costs.
 *
 * @param answered called once, unless `giveUp` was called before
 * @param failed told of what `answered` throws
 * @returns one whose time runs
 */
export const createExchange = (
  answered: UpstreamAnswered,
  failed: UpstreamRequest['failed'],
  terms: Terms,
): Exchange => {
  const exchange: Exchange = {
    answered,
    failed,
    terms,
    abort: null,
    due: 0,
    place: 0,
    decoder: null,
    response: undefined,
    only: null,
    pieces: null,
    bytes: 0,
    over: false,
    onConnect,
    onHeaders,
    onData,
    onComplete,
    onError,
  };
  terms.deadlines.add(exchange);
  return exchange;
};

/** The time that all exchanges have as a whole. */
export const createExchangeDeadlines = (seconds: number): Deadlines<Exchange> =>
  createDeadlines(seconds * 1000, (exchange) => stop(exchange, new LateError(`No answer within ${seconds} seconds.`)));

/** It was not even begun. */
export const forgo = (exchange: Exchange): void => exchange.terms.deadlines.remove(exchange);

/** Nobody waits any more: nothing is told. */
export const giveUp = (exchange: Exchange): void => {
  if (exchange.over) return;
  exchange.over = true;
  forgo(exchange);
  exchange.decoder?.destroy();
  exchange.abort?.(new Error('Nobody waits for the answer.'));
};

/** Ends it from our side. */
const stop = (exchange: Exchange, reason: Error): void => {
  exchange.decoder?.destroy();
  exchange.abort?.(reason);
  end(exchange, reason, '');
};

const end = (exchange: Exchange, error: Error | null, text: string): void => {
  if (exchange.over) return;
  exchange.over = true;
  forgo(exchange);
  try {
    exchange.answered(error, text, exchange.response);
  } catch (thrown) {
    // A socket is not to blame and cannot help.
    if (exchange.failed === undefined) throw thrown;
    exchange.failed(thrown);
  }
};

const keep = (exchange: Exchange, chunk: Buffer): void => {
  exchange.bytes += chunk.length;
  if (exchange.bytes > exchange.terms.maxAnswerBytes) {
    stop(exchange, new Error(`The answer has more than ${exchange.terms.maxAnswerBytes} bytes.`));
  } else if (exchange.only === null) exchange.only = chunk;
  else (exchange.pieces ??= [exchange.only]).push(chunk);
};

const finish = (exchange: Exchange): void => {
  const { only, pieces, response } = exchange;
  const whole = pieces === null ? (only ?? nothing) : Buffer.concat(pieces);
  const ascii = isAscii(whole);
  if (response !== undefined) response.ascii = ascii;
  // The same text either way; without decoding it is a copy of bytes.
  end(exchange, null, whole.toString(ascii ? 'latin1' : 'utf8'));
};

const nothing = Buffer.alloc(0);

function onConnect(this: Exchange, abort: Abort): void {
  if (this.over) abort(new Error('Given up before it was sent.'));
  else this.abort = abort;
}

function onHeaders(this: Exchange, status: number, headers: WireHeaders): boolean {
  this.response = { status, retryAfter: valueOf(headers, 'retry-after'), ascii: false };
  const encoding = valueOf(headers, 'content-encoding');
  if (encoding === undefined || encoding === 'identity') return true;
  this.decoder = createDecoder(encoding, {
    data: (chunk) => keep(this, chunk),
    end: () => finish(this),
    error: (error) => stop(this, error),
  });
  if (this.decoder === null) {
    stop(this, new Error(`The answer is encoded in ${encoding}, which was not asked for.`));
  }
  return true;
}

function onData(this: Exchange, chunk: Buffer): boolean {
  if (this.over) return true;
  if (this.decoder === null) keep(this, chunk);
  else this.decoder.write(chunk);
  return true;
}

function onComplete(this: Exchange): void {
  if (this.decoder === null) finish(this);
  else this.decoder.end();
}

/** Connections may refuse at once, before whoever sends knows how to give up. */
function onError(this: Exchange, error: Error): void {
  this.decoder?.destroy();
  queueMicrotask(() => end(this, error, ''));
}

/** The first value of a header: others are not even read. */
const valueOf = (headers: WireHeaders, name: string): string | undefined => {
  for (let nth = 0; nth < headers.length; nth += 2) {
    const here = headers[nth];
    if (here?.length === name.length && here.toString().toLowerCase() === name) return headers[nth + 1]?.toString();
  }
  return undefined;
};

import { readAnswer } from '../execute/readAnswer.ts';
import type { UpstreamResponse } from './send.ts';

/**
 * Whether a subgraph failed to do its work: it could not be reached, took too long, answered 5xx, or reported one of
 * these codes. What a client did wrong is no failure.
 */
export const isFailure = (
  error: Error | null,
  text: string,
  response: UpstreamResponse | undefined,
  codes: readonly string[],
): boolean => error !== null || (response !== undefined && response.status >= 500) || reportsCode(text, codes);

/** Answers are long and seldom have errors, so a text is only parsed when it holds a code word for word. (Not
 * looked for with its quotes: a search for what begins with a quote stops at every string.) */
const reportsCode = (text: string, codes: readonly string[]): boolean => {
  if (!codes.some((code) => text.includes(code))) return false;
  return readAnswer(text)?.errors?.some(({ extensions }) => codes.some((code) => extensions['code'] === code)) ?? false;
};

/** From Node (`net`, `dns`, `http2`) and undici: there was no connection, or it broke. */
const connectionErrors = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_STREAM_ERROR',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

export const isConnectionError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && connectionErrors.has(error.code);

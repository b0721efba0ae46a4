import type { UpstreamResponse } from '../upstream/send.ts';
import { readAnswer, type SubgraphAnswer } from './readAnswer.ts';

/** What came of a request to a subgraph. */
export type Arrival = Readonly<{
  /** Why there is no answer; null when there is one, good or bad. */
  error: Error | null;
  /** Undefined when there is none, or when it is not GraphQL. */
  answer: SubgraphAnswer | undefined;
  text: string;
  /** Whether its text holds no character beyond ASCII, so that a byte is a character. */
  ascii: boolean;
  /** Whether a text in it may need an escape in JSON: not when the whole has none. */
  escapes: boolean;
  /** Whether others have been given the same answer: then nothing of it may be changed, and what is changed later is copied. */
  shared: boolean;
}>;

export type Arrived = (arrival: Arrival) => void;

/** Reads an answer, once for all who wait for it. */
export const arrivalOf = (
  error: Error | null,
  text: string,
  response: UpstreamResponse | undefined,
  shared: boolean,
): Arrival => ({
  error,
  answer: error === null ? readAnswer(text) : undefined,
  text,
  ascii: response?.ascii === true,
  escapes: text.includes('\\'),
  shared,
});

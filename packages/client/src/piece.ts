import type { Result, ResultError } from './result.ts';

/** What one piece of a response means. */
export type Piece =
  | Readonly<{ kind: 'next'; result: Result<unknown> }>
  /** A place without an event. */
  | Readonly<{ kind: 'place'; cursor: string }>
  | Readonly<{ kind: 'failed'; errors: readonly ResultError[] }>
  | Readonly<{ kind: 'complete' }>;

/** Takes text as it arrives and tells what is complete in it. */
export type Reader = (text: string) => readonly Piece[];

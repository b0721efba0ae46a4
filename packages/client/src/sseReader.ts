import type { Piece, Reader } from './piece.ts';
import type { Result } from './result.ts';

/** Reads Server-Sent Events (WHATWG HTML, section 9.2.6) of a GraphQL operation (graphql-sse, distinct connections). */
export const createSseReader = (): Reader => {
  let buffer = '';
  let failure: Piece | null = null;

  const toPiece = (block: string): readonly Piece[] => {
    let event = 'message';
    let id: string | null = null;
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') id = value;
    }
    if (event === 'complete') return [failure ?? { kind: 'complete' }];
    if (event !== 'next' || data.length === 0) return id === null ? [] : [{ kind: 'place', cursor: id }];
    const result = JSON.parse(data.join('\n')) as Result<unknown>;
    // Errors without data end it; `complete` comes right after them.
    if (result.data === undefined && result.errors !== undefined) {
      failure = { kind: 'failed', errors: result.errors };
      return [];
    }
    return [{ kind: 'next', result }];
  };

  return (text) => {
    buffer += text.replaceAll('\r\n', '\n');
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    return blocks.flatMap(toPiece);
  };
};

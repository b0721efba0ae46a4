const quote = 0x22;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** Of answers that were counted to their end, as long as somebody keeps them: one is given to all who shared a request. */
const counted = new WeakMap<Buffer, number>();

/**
 * What an answer really cost, by the cost's own rule: an object is 1. Errors, scalars that are objects and `{}` in a text
 * count too, which is on the safe side. Holds only where no `@cost` says otherwise.
 *
 * @param body `{"data":…}` as JSON
 * @param enough counting stops here: more makes no difference to who asks
 */
export const actualCost = (body: string | Buffer, enough: number): number => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const known = counted.get(bytes);
  if (known !== undefined) return known;
  // The answer itself and its data are no objects of the graph.
  let objects = -2;
  let at = bytes.indexOf(openingBrace);
  while (at >= 0 && objects < enough) {
    if (beginsObject(bytes, at)) objects += 1;
    at = bytes.indexOf(openingBrace, at + 1);
  }
  const cost = Math.max(0, objects);
  if (at < 0) counted.set(bytes, cost);
  return cost;
};

/**
 * Whether a brace is not part of a text: the first key follows. A quote within a text is escaped, and after the one that
 * ends a text no name begins. So only braces are looked for, which is ten times as fast as reading every byte.
 */
const beginsObject = (bytes: Buffer, at: number): boolean =>
  bytes[at + 1] === quote ? beginsName(bytes[at + 2] ?? 0) : bytes[at + 1] === closingBrace;

/** A letter or `_` (GraphQL specification, section 2.1.9). */
const beginsName = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;

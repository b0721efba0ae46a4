const quote = 0x22;
const backslash = 0x5c;
const brace = 0x7b;

/** Of answers that were counted to their end, as long as somebody keeps them: one is given to all who shared a request. */
const counted = new WeakMap<Buffer, number>();

/**
 * What an answer really cost, by the cost's own rule: an object is 1. Errors and scalars that are objects count too, which
 * is on the safe side. Holds only where no `@cost` says otherwise.
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
  let at = 0;
  while (at < bytes.length && objects < enough) {
    const byte = bytes[at];
    if (byte === quote) at = endOfText(bytes, at);
    else if (byte === brace) objects += 1;
    at += 1;
  }
  const cost = Math.max(0, objects);
  if (at >= bytes.length) counted.set(bytes, cost);
  return cost;
};

/** Where the text ends that begins at a quote. */
const endOfText = (bytes: Buffer, start: number): number => {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
};

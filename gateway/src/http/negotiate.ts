export const jsonType = 'application/json; charset=utf-8';
const response = 'application/graphql-response+json; charset=utf-8';

/** A media type that answers are given in. With the older one the status says less: see `statusFor`. */
export type MediaType = typeof jsonType | typeof response;

/**
 * Chooses the media type of an answer by `Accept` (GraphQL over HTTP, section 6.1; RFC 9110, section 12.5.1): the one
 * with the greater weight, at the same weight the one that is named first. Null when neither is wanted.
 */
export const negotiate = (accept: string | undefined): MediaType | null => {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return jsonType;
  let best: MediaType | null = null;
  let bestWeight = 0;
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const type = typeOf(name);
    const weight = weightOf(parameters);
    if (type !== null && weight > bestWeight && acceptsUtf8(parameters)) [best, bestWeight] = [type, weight];
  }
  return best;
};

/**
 * The status of an answer without data. Clients that know only `application/json` take anything but 200 for a failure
 * of the transport, so a well-formed request gets 200 in that type whatever is wrong with its operation
 * (GraphQL over HTTP, section 6.4.1); refusals of the server itself keep their status in both.
 */
export const statusFor = (status: number, type: MediaType): number =>
  status === 400 && type === jsonType ? 200 : status;

const typeOf = (name: string): MediaType | null => {
  if (name === 'application/graphql-response+json') return response;
  return name === 'application/json' || name === 'application/*' || name === '*/*' ? jsonType : null;
};

const weightOf = (parameters: readonly string[]): number => {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  if (given === undefined) return 1;
  const weight = Number(given.slice(2));
  return Number.isNaN(weight) ? 0 : weight;
};

const acceptsUtf8 = (parameters: readonly string[]): boolean => {
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset);
};

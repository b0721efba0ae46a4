import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

// RFC 3339, section 5.6, with the offset that makes it an instant.
const pattern = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

const invalid = (value: unknown): GraphQLError =>
  new GraphQLError(`A DateTime is a time with an offset, as RFC 3339 writes it; got ${JSON.stringify(value)}.`, {
    extensions: { code: 'BAD_USER_INPUT', category: 'INVALID' },
  });

/** In UTC, as we store and compare it; microseconds survive because the text is kept when it is UTC already. */
const toUtc = (text: unknown): string => {
  if (typeof text !== 'string' || !pattern.test(text)) throw invalid(text);
  const time = new Date(text.toUpperCase());
  // Date rolls 30 February over to March; a calendar does not.
  const day = Number(text.slice(8, 10));
  const daysInMonth = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  if (Number.isNaN(time.getTime()) || day > daysInMonth) throw invalid(text);
  return text.endsWith('Z') ? text : time.toISOString();
};

/** The scalar `DateTime`: an RFC 3339 text in UTC on both sides, never a Date object in between. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'A point in time, RFC 3339 in UTC: 2026-11-23T09:30:00Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => toUtc(value instanceof Date ? value.toISOString() : value),
  parseValue: toUtc,
  parseLiteral: (node) => toUtc(node.kind === Kind.STRING ? node.value : null),
});

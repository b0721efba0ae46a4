import type { IncomingHttpHeaders } from 'node:http';

/** Whether the client has this very answer already (RFC 9110, section 13.1.2; tags are compared weakly). */
export const isNotModified = (
  { 'if-none-match': known }: IncomingHttpHeaders,
  { etag }: Readonly<Record<string, string>>,
): boolean => {
  if (known === undefined || etag === undefined) return false;
  return known.trim() === '*' || known.split(',').some((one) => opaque(one) === opaque(etag));
};

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

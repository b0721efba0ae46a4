import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Tagged } from '../tags/createTagView.ts';

/** An answer as it is kept: ready to be sent. */
export type CachedAnswer = Tagged &
  Readonly<{
    body: Buffer;
    /** Weak, since the answer may be compressed (RFC 9110, section 8.8.3). */
    etag: string;
    /** Milliseconds since 1970. */
    storedAt: number;
    /** Seconds. */
    maxAge: number;
    /** What CDNs purge by: the tags, separated by spaces. */
    surrogateKey: string;
  }>;

export const makeAnswer = (
  body: Buffer,
  { memory, good, tags, storedAt, maxAge }: Pick<CachedAnswer, 'memory' | 'good' | 'tags' | 'storedAt' | 'maxAge'>,
): CachedAnswer => {
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { memory, good, tags, storedAt, maxAge, checked: 0, body, etag, surrogateKey: surrogateKeyOf(tags) };
};

/** Servers and CDNs refuse long headers. */
const longestKey = 8_000;

/** Of very many tags only those without a key: whole types and lists, which are purged with any of them. */
const surrogateKeyOf = (tags: readonly string[]): string => {
  const all = tags.map(encodeURI).join(' ');
  return all.length <= longestKey ? all : tags.filter((tag) => !tag.includes(':') || tag.endsWith(':list')).join(' ');
};

const header = z.object({
  memory: z.number(),
  good: z.number(),
  tags: z.array(z.string()),
  storedAt: z.number(),
  maxAge: z.number(),
  etag: z.string(),
});

/** As bytes: what is known of it as a line of JSON, then the body. */
export const encodeAnswer = ({ memory, good, tags, storedAt, maxAge, etag, body }: CachedAnswer): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify({ memory, good, tags, storedAt, maxAge, etag })}\n`), body]);

/** @returns null for bytes that are no such answer, such as another version's */
export const decodeAnswer = (bytes: Buffer): CachedAnswer | null => {
  const end = bytes.indexOf(10);
  if (end < 0) return null;
  try {
    const known = header.parse(JSON.parse(bytes.toString('utf8', 0, end)));
    return { ...known, checked: 0, body: bytes.subarray(end + 1), surrogateKey: surrogateKeyOf(known.tags) };
  } catch {
    return null;
  }
};

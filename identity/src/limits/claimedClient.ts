import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** What a request to the token endpoint says of itself, before anybody has checked it. */
export type Claimed = Readonly<{ clientId: string | null; grantType: string | null }>;

/** Long enough for every id that was registered; nobody makes keys of any length. */
const longestId = 100;

/**
 * Reads the client and the grant type of a request from the beginning of its body, or from Basic authentication, and
 * leaves the body to be read again: oidc-provider reads it itself. A body that comes in small pieces says nothing.
 */
export const readClaimed = async (request: IncomingMessage): Promise<Claimed> => {
  const fields = new URLSearchParams(await beginningOf(request));
  const clientId = basicClient(request.headers.authorization) ?? fields.get('client_id');
  return { clientId: clientId === null ? null : clientId.slice(0, longestId), grantType: fields.get('grant_type') };
};

const beginningOf = async (request: IncomingMessage): Promise<string> => {
  if (request.readableLength === 0 && !request.readableEnded && !request.destroyed) {
    const waiting = new AbortController();
    try {
      await Promise.race(['readable', 'end', 'close'].map((event) => once(request, event, { signal: waiting.signal })));
    } catch {
      // A connection that broke is oidc-provider's to answer.
      return '';
    } finally {
      waiting.abort();
    }
  }
  const chunk: unknown = request.read();
  if (!Buffer.isBuffer(chunk)) return '';
  request.unshift(chunk);
  return chunk.toString('latin1');
};

/** RFC 6749, section 2.3.1: the id is encoded like a form. */
const basicClient = (authorization: string | undefined): string | null => {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return new URLSearchParams(`id=${id}`).get('id');
};

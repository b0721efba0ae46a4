import { DomainError } from '@supergraph/errors';
import type { IncomingHttpHeaders } from 'node:http';

export type CsrfOptions = Readonly<{
  /** Origins that may read our answers anyway. */
  allowed: (origin: string) => boolean;
  /** Asks a header for every GET that browsers only send after a preflight, as Apollo Server does. */
  preflightForGet: boolean;
}>;

/** What is wrong with a request that a page of another site may have made its visitor's browser send; or null. */
export type Csrf = (method: string, headers: IncomingHttpHeaders) => DomainError | null;

/**
 * A POST is read only as `application/json`, which no form sends and which scripts of other origins send only after a
 * preflight (the body's parser sees to it). A GET changes nothing here, but can be measured; so what a browser says of
 * where it comes from is believed (https://www.w3.org/TR/fetch-metadata/). Who says nothing is no browser of today.
 */
export const createCsrf =
  ({ allowed, preflightForGet }: CsrfOptions): Csrf =>
  (method, headers) => {
    if (method !== 'GET') return null;
    if (headers['apollo-require-preflight'] !== undefined || headers['x-apollo-operation-name'] !== undefined) {
      return null;
    }
    if (preflightForGet) return refusal('A query by GET needs the header apollo-require-preflight.');
    const { origin } = headers;
    const site = headers['sec-fetch-site'];
    const own = site === undefined ? origin === undefined : site === 'same-origin' || site === 'none';
    if (own || (origin !== undefined && allowed(origin))) return null;
    return refusal('Pages of other sites need the header apollo-require-preflight for a query by GET.');
  };

const refusal = (message: string): DomainError => new DomainError('CSRF_PREVENTED', message);

import { DomainError } from '@supergraph/errors';
import type { IncomingHttpHeaders } from 'node:http';
import type { SessionCookie } from './sessionCookie.ts';

export type AuthorizationOfOptions = Readonly<{
  cookie: SessionCookie;
  /** Whether pages of another origin may use the session. */
  isAllowed: (origin: string) => boolean;
}>;

/** Of a request. */
type Asking = Readonly<{ method?: string | undefined; headers: IncomingHttpHeaders }>;

/**
 * What a request authenticates with: its `Authorization` header; or, where a browser's `EventSource` asks, which can send
 * none, the token of the session cookie.
 *
 * @throws DomainError CSRF_PREVENTED when there is a session, and the request does not come from a page that may use it
 */
export type AuthorizationOf = (request: Asking) => string | undefined;

export const createAuthorizationOf =
  ({ cookie, isAllowed }: AuthorizationOfOptions): AuthorizationOf =>
  (request) => {
    const { authorization, cookie: cookies } = request.headers;
    if (authorization !== undefined || cookies === undefined || !isEventSource(request)) return authorization;
    const token = cookie.read(cookies);
    if (token === undefined) return undefined;
    if (!comesFromHere(request, isAllowed)) {
      throw new DomainError('CSRF_PREVENTED', 'The session is for pages of this site and of allowed origins.');
    }
    return `Bearer ${token}`;
  };

/** Whether the session cookie is what a request was authenticated with. */
export const usesSession = ({ headers }: Asking, authorization: string | undefined): boolean =>
  authorization !== undefined && headers.authorization === undefined;

/** EventSource (WHATWG HTML, section 9.2.2) sends GET with this type and no other. */
const isEventSource = ({ method, headers: { accept } }: Asking): boolean =>
  method === 'GET' && accept?.trim().toLowerCase() === 'text/event-stream';

/**
 * Stricter than the check of every GET: `SameSite` lets pages of other hosts of the same site through, and who says
 * nothing of where it comes from is no browser that needs a cookie (https://www.w3.org/TR/fetch-metadata/).
 */
const comesFromHere = ({ headers }: Asking, isAllowed: (origin: string) => boolean): boolean => {
  const { origin } = headers;
  return headers['sec-fetch-site'] === 'same-origin' || (origin !== undefined && isAllowed(origin));
};

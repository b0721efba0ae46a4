import { anonymous, type Principal } from '@supergraph/auth';
import { DomainError, isDomainError } from '@supergraph/errors';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Authenticate } from '../authenticate.ts';

/** Who is at the other end of each WebSocket. */
export type Sessions = Readonly<{
  /** Looks at the token of a new connection; false when the socket was closed because of it. */
  open: (socket: WebSocket, request: IncomingMessage, connectionParams: unknown) => Promise<boolean>;
  principalOf: (socket: WebSocket) => Principal;
}>;

/**
 * Close codes for tokens. graphql-ws clients give up at 4401, and try again after 4403 and 1013: one whose token has
 * expired should come back with a new one, one whose token is bad should not.
 */
const closeCodes: Readonly<Record<string, number>> = {
  TOKEN_INVALID: 4401,
  TOKEN_REVOKED: 4401,
  TOKEN_EXPIRED: 4403,
  IDENTITY_UNAVAILABLE: 1013,
};

/** setTimeout counts in 32 bits; a token that lives longer is looked at again then. */
const longestTimer = 2 ** 31 - 1;

/** A connection is as good as its token: when that ends, so does the connection, with 4403 TOKEN_EXPIRED. */
export const createSessions = (authenticate: Authenticate, now: () => number = Date.now): Sessions => {
  const principals = new WeakMap<WebSocket, Principal>();

  const closeAt = (socket: WebSocket, endsAt: number): void => {
    const left = endsAt - now();
    const timer = setTimeout(
      () =>
        left > longestTimer ? closeAt(socket, endsAt) : socket.close(closeCodes['TOKEN_EXPIRED'], 'TOKEN_EXPIRED'),
      Math.min(Math.max(left, 0), longestTimer),
    );
    socket.once('close', () => clearTimeout(timer));
  };

  return {
    open: async (socket, request, connectionParams) => {
      try {
        const authorization = authorizationOf(connectionParams) ?? request.headers.authorization;
        const { principal, expiresAt } = await authenticate(authorization);
        principals.set(socket, principal);
        if (expiresAt !== null) closeAt(socket, expiresAt * 1000);
        return true;
      } catch (error) {
        if (!isDomainError(error)) throw error;
        socket.close(closeCodes[error.code] ?? 1011, error.code);
        return false;
      }
    },
    principalOf: (socket) => principals.get(socket) ?? anonymous,
  };
};

/**
 * `authorization` of connection_init, in any case and also inside `headers`: GraphiQL sends the headers of its editor
 * as they were typed, other tools send them in a `headers` object.
 */
const authorizationOf = (params: unknown): string | undefined => {
  const fields = z.record(z.string(), z.unknown()).safeParse(params);
  if (!fields.success) return undefined;
  const [, own] = Object.entries(fields.data).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  if (own === undefined) return authorizationOf(fields.data['headers']);
  if (typeof own !== 'string') throw new DomainError('TOKEN_INVALID', 'authorization must be a text.');
  return own;
};

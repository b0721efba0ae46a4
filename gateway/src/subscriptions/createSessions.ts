import { anonymous, canonicalPrincipal, type Principal } from '@supergraph/auth';
import { DomainError, isDomainError } from '@supergraph/errors';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Authenticate, Authenticated } from '../authenticate.ts';
import { closeCodes } from './closeCodes.ts';

/** Who is at the other end of each WebSocket. */
export type Sessions = Readonly<{
  /** Looks at the token of a new connection; false when the socket was closed because of it. */
  open: (socket: WebSocket, request: IncomingMessage, connectionParams: unknown) => Promise<boolean>;
  /**
   * Takes a new token in place of the one that will expire, from the payload of a `ping`. It must be of the same person
   * with the same rights; else the socket is closed, and what was subscribed with the old rights with it.
   */
  renew: (socket: WebSocket, payload: unknown) => Promise<void>;
  /** Looks at the token again: one that was revoked meanwhile closes its socket. */
  check: (socket: WebSocket) => Promise<void>;
  principalOf: (socket: WebSocket) => Principal;
}>;

/** What a token is refused with. */
const refusals: Readonly<Record<string, { code: number; reason: string }>> = {
  TOKEN_INVALID: closeCodes.tokenInvalid,
  TOKEN_REVOKED: closeCodes.tokenRevoked,
  TOKEN_EXPIRED: closeCodes.tokenExpired,
  IDENTITY_UNAVAILABLE: closeCodes.identityUnavailable,
};

/** setTimeout counts in 32 bits; a token that lives longer is looked at again then. */
const longestTimer = 2 ** 31 - 1;

/** A connection is as good as its token: when that ends, so does the connection, with 4403 TOKEN_EXPIRED. */
export const createSessions = (authenticate: Authenticate, now: () => number = Date.now): Sessions => {
  const principals = new WeakMap<WebSocket, Principal>();
  const tokens = new WeakMap<WebSocket, string>();
  const timers = new WeakMap<WebSocket, NodeJS.Timeout>();
  const watches = new WeakMap<WebSocket, () => void>();

  const close = (socket: WebSocket, { code, reason }: { code: number; reason: string }): void =>
    socket.close(code, reason);

  const closeAt = (socket: WebSocket, endsAt: number): void => {
    clearTimeout(timers.get(socket));
    const left = endsAt - now();
    const expire = (): void => (left > longestTimer ? closeAt(socket, endsAt) : close(socket, closeCodes.tokenExpired));
    timers.set(socket, setTimeout(expire, Math.min(Math.max(left, 0), longestTimer)));
  };

  const refuse = (socket: WebSocket, error: unknown): void => {
    if (!isDomainError(error)) throw error;
    close(socket, refusals[error.code] ?? { code: closeCodes.internal.code, reason: error.code });
  };

  const check = async (socket: WebSocket): Promise<void> => {
    try {
      await authenticate(tokens.get(socket));
    } catch (error) {
      // Who cannot be asked at the moment has not said no.
      if (isDomainError(error) && error.code !== 'IDENTITY_UNAVAILABLE') refuse(socket, error);
    }
  };

  /** Goes by this token from now on, to its end or until it is revoked. */
  const follow = (
    socket: WebSocket,
    authorization: string | undefined,
    { expiresAt, watch }: Pick<Authenticated, 'expiresAt' | 'watch'>,
  ): void => {
    if (authorization !== undefined) tokens.set(socket, authorization);
    if (expiresAt !== null) closeAt(socket, expiresAt * 1000);
    watches.get(socket)?.();
    if (watch !== undefined)
      watches.set(
        socket,
        watch(() => void check(socket)),
      );
  };

  return {
    open: async (socket, request, connectionParams) => {
      try {
        const authorization = authorizationOf(connectionParams) ?? request.headers.authorization;
        const authenticated = await authenticate(authorization);
        // Gone while its token was looked at: nothing would end what is begun for it now.
        if (socket.readyState > socket.OPEN) return false;
        principals.set(socket, authenticated.principal);
        follow(socket, authorization, authenticated);
        socket.once('close', () => {
          clearTimeout(timers.get(socket));
          watches.get(socket)?.();
        });
        return true;
      } catch (error) {
        refuse(socket, error);
        return false;
      }
    },
    renew: async (socket, payload) => {
      try {
        const authorization = authorizationOf(payload);
        const before = principals.get(socket);
        if (authorization === undefined || before === undefined) return;
        const authenticated = await authenticate(authorization);
        if (socket.readyState > socket.OPEN) return;
        if (canonicalPrincipal(authenticated.principal) !== canonicalPrincipal(before))
          close(socket, closeCodes.rightsChanged);
        else follow(socket, authorization, authenticated);
      } catch (error) {
        refuse(socket, error);
      }
    },
    check,
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

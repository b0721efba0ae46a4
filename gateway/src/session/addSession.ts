import { DomainError } from '@supergraph/errors';
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../authenticate.ts';
import type { SessionCookie } from './sessionCookie.ts';

/** Browsers keep cookies of 4,096 bytes, attributes included. */
const longestToken = 3_900;

export type SessionOptions = Readonly<{ cookie: SessionCookie; authenticate: Authenticate; now?: () => number }>;

/**
 * Serves `POST /session`, which keeps the bearer token of the request in a cookie until it expires, so that `EventSource`
 * is somebody too; and `DELETE /session`. Both change what the browser sends, so neither is a request that a page of
 * another site can make it send: the one needs `Authorization`, the other its method.
 */
export const addSession = (app: FastifyInstance, { cookie, authenticate, now = Date.now }: SessionOptions): void => {
  app.post('/session', async ({ headers: { authorization } }, reply) => {
    const { expiresAt } = await authenticate(authorization);
    if (authorization === undefined || expiresAt === null)
      throw new DomainError('UNAUTHENTICATED', 'A session is made of the access token in the Authorization header.');
    const token = authorization.trim().replace(/^bearer +/i, '');
    if (token.length > longestToken)
      throw new DomainError('BAD_REQUEST', `Browsers keep no cookie of this size; a token of ${longestToken} fits.`);
    const seconds = Math.max(0, Math.floor(expiresAt - now() / 1_000));
    return reply.code(204).header('set-cookie', cookie.keep(token, seconds)).header('cache-control', 'no-store').send();
  });
  app.delete('/session', async (_request, reply) => reply.code(204).header('set-cookie', cookie.end).send());
};

import type { FastifyInstance } from 'fastify';

/**
 * Closes a server when the requests that are under way are answered. Fastify closes idle connections once, when it
 * begins: one that is busy then is idle after its answer, and its client would keep it, and us, for over a minute.
 */
export const closeServer = async (app: Pick<FastifyInstance, 'close' | 'server'>): Promise<void> => {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 20);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
};

import type { FastifyInstance } from 'fastify';
import type { Logger } from './createLogger.ts';

/** Something the service cannot do without, by name: rejects when it is not there. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

export type HealthOptions = Readonly<{
  checks: Checks;
  /** A service that is ending is not ready, whatever its checks say. */
  closing?: () => boolean;
  log?: Logger;
  /** How long one check may take. */
  timeoutSeconds?: number;
}>;

const inTime = async (check: () => Promise<void>, seconds: number): Promise<void> => {
  let fuse: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    fuse = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(fuse);
  }
};

/**
 * Adds `/health/live` (the process answers) and `/health/ready` (it can do its work: every check passes, 503
 * otherwise). Reasons go to the log, not into the answer: they name hosts.
 */
export const addHealth = <App extends Pick<FastifyInstance, 'get'>>(
  app: App,
  { checks, closing = () => false, log, timeoutSeconds = 2 }: HealthOptions,
): void => {
  app.get('/health/live', () => ({ status: 'ok' }));

  app.get('/health/ready', async (_request, reply) => {
    if (closing()) return reply.code(503).send({ status: 'closing' });
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<[string, 'ok' | 'failed']> => {
        try {
          await inTime(check, timeoutSeconds);
          return [name, 'ok'];
        } catch (error) {
          log?.warn({ err: error, check: name }, 'not ready');
          return [name, 'failed'];
        }
      }),
    );
    const ready = results.every(([, result]) => result === 'ok');
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(results) });
  });
};

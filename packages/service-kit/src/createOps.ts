import { fastify } from 'fastify';
import { addHealth } from './addHealth.ts';
import type { Checks } from './addHealth.ts';
import type { Lifecycle } from './createLifecycle.ts';
import type { Logger } from './createLogger.ts';
import type { Metrics } from './createMetrics.ts';

export type OpsOptions = Readonly<{
  /** 0 takes a free port. */
  port: number;
  host?: string;
  metrics: Metrics;
  checks: Checks;
  log?: Logger;
  /** When given, the server is closed with it and not ready while it closes. */
  lifecycle?: Lifecycle;
}>;

/** The side door for operators, on a port of its own: `/metrics` for Prometheus, `/health/live`, `/health/ready`. */
export const createOps = async ({
  port,
  host = '127.0.0.1',
  metrics,
  checks,
  log,
  lifecycle,
}: OpsOptions): Promise<{ url: string; close: () => Promise<void> }> => {
  const app = fastify({ forceCloseConnections: true });
  addHealth(app, { checks, ...(log && { log }), ...(lifecycle && { closing: lifecycle.closing }) });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  const url = await app.listen({ port, host });
  const close = async (): Promise<void> => {
    await app.close();
  };
  lifecycle?.onClose('ops server', close);
  return { url, close };
};

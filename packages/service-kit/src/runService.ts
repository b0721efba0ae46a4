import { ConfigError } from '@supergraph/config';
import { loadFrameConfig } from './config.ts';
import { createLifecycle } from './createLifecycle.ts';
import type { Lifecycle } from './createLifecycle.ts';
import { createLogger } from './createLogger.ts';
import type { Logger } from './createLogger.ts';

/** The part of `process` that a service's frame uses. */
export type Host = {
  on: (event: string, listener: (...values: unknown[]) => void) => unknown;
  exit: (code: number) => void;
  stderr: { write: (text: string) => unknown };
};

export type RunOptions = Readonly<{ host?: Host; log?: Logger; deadlineSeconds?: number }>;

/**
 * Runs a service until it is told to stop: starts it, ends it on SIGTERM, SIGINT or when the parent that spawned it
 * over IPC is gone, and exits 1 when it cannot start, cannot end in time, or meets an error nobody caught.
 * A second signal exits at once.
 */
export const runService = async (
  name: string,
  start: (lifecycle: Lifecycle) => Promise<unknown>,
  {
    host = process,
    log = createLogger({ service: name, level: loadFrameConfig().LOG_LEVEL }),
    deadlineSeconds,
  }: RunOptions = {},
): Promise<void> => {
  const lifecycle = createLifecycle({ log, ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }) });

  const end = async (code: number): Promise<void> => {
    try {
      await lifecycle.close();
      host.exit(code);
    } catch (error) {
      log.fatal({ err: error }, 'shutdown is overdue');
      host.exit(1);
    }
  };

  const stop = (reason: string): void => {
    if (lifecycle.closing()) {
      log.warn({ reason }, 'told to stop twice, leaving at once');
      host.exit(1);
      return;
    }
    log.info({ reason }, 'stopping');
    void end(0);
  };

  const fail = (message: string, error: unknown): void => {
    log.fatal({ err: error }, message);
    // The state is unknown after an error nobody caught: nothing more is attempted, not even an orderly end.
    host.exit(1);
  };

  host.on('SIGTERM', () => stop('SIGTERM'));
  host.on('SIGINT', () => stop('SIGINT'));
  // A parent that was killed cannot send a signal; its children must not outlive it.
  host.on('disconnect', () => {
    if (!lifecycle.closing()) stop('the parent is gone');
  });
  host.on('uncaughtException', (error) => fail('uncaught exception', error));
  host.on('unhandledRejection', (error) => fail('unhandled rejection', error));

  try {
    await start(lifecycle);
  } catch (error) {
    if (lifecycle.closing()) return;
    if (error instanceof ConfigError) {
      host.stderr.write(
        `${name}: the environment does not fit\n${error.problems.map((line) => `  ${line}\n`).join('')}`,
      );
    } else if (isTaken(error)) {
      host.stderr.write(`${name}: ${error.address}:${error.port} is in use; free it, or choose another port\n`);
    } else {
      log.fatal({ err: error }, 'could not start');
    }
    await end(1);
  }
};

/** Whether another program listens where we were to. */
const isTaken = (error: unknown): error is { address: string; port: number } =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'EADDRINUSE' &&
  'address' in error &&
  'port' in error;

import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '@supergraph/config';
import type { Lifecycle } from './createLifecycle.ts';
import { createLogger } from './createLogger.ts';
import { runService } from './runService.ts';

/** A process that is told to exit, and remembers. */
const createHost = () => {
  const events = new EventEmitter();
  const printed: string[] = [];
  const lines: Record<string, unknown>[] = [];
  let exited: (code: number) => void = () => undefined;
  const codes: number[] = [];
  const exit = new Promise<number>((resolve) => (exited = resolve));
  return {
    emit: (event: string, value?: unknown) => events.emit(event, value),
    exit,
    codes,
    printed,
    lines,
    options: {
      host: {
        on: (event: string, listener: (...values: unknown[]) => void) => events.on(event, listener),
        exit: (code: number) => {
          codes.push(code);
          exited(code);
        },
        stderr: { write: (text: string) => printed.push(text) },
      },
      log: createLogger({
        service: 'users',
        to: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
      }),
    },
  };
};

const closes = (ended: string[]) => (lifecycle: Lifecycle) => {
  lifecycle.onClose('pool', () => void ended.push('pool'));
  return Promise.resolve();
};

describe('a service', () => {
  test.each(['SIGTERM', 'SIGINT', 'disconnect'])('is closed on %s and exits 0', async (event) => {
    const host = createHost();
    const ended: string[] = [];
    await runService('users', closes(ended), host.options);
    host.emit(event);
    expect(await host.exit).toBe(0);
    expect(ended).toEqual(['pool']);
  });

  test('that does not close in time exits 1 and says what it waited for', async () => {
    const host = createHost();
    await runService(
      'users',
      (lifecycle) => Promise.resolve(lifecycle.onClose('relay', () => new Promise(() => undefined))),
      { ...host.options, deadlineSeconds: 0.01 },
    );
    host.emit('SIGTERM');
    expect(await host.exit).toBe(1);
    expect(host.lines.at(-1)).toMatchObject({ level: 60, err: expect.objectContaining({ pending: 'relay' }) });
  });

  test('exits at once on a second signal', async () => {
    const host = createHost();
    let release = (): void => undefined;
    const stuck = () => new Promise<void>((resolve) => (release = resolve));
    await runService('users', (lifecycle) => Promise.resolve(lifecycle.onClose('relay', stuck)), host.options);
    host.emit('SIGINT');
    expect(host.codes).toEqual([]);
    host.emit('SIGINT');
    expect(host.codes).toEqual([1]);
    release();
  });

  test('whose parent goes away while it is closing just goes on closing', async () => {
    const host = createHost();
    let release = (): void => undefined;
    await runService(
      'users',
      (lifecycle) =>
        Promise.resolve(lifecycle.onClose('relay', () => new Promise<void>((resolve) => (release = resolve)))),
      host.options,
    );
    host.emit('SIGTERM');
    host.emit('disconnect');
    expect(host.codes).toEqual([]);
    release();
    expect(await host.exit).toBe(0);
  });

  test('with an environment that does not fit prints every problem on its own line and exits 1', async () => {
    const host = createHost();
    await runService(
      'users',
      () => Promise.reject(new ConfigError(['PORT_USERS: must be a port number', 'PII_KEYS: is required'])),
      host.options,
    );
    expect(host.printed.join('')).toBe(
      'users: the environment does not fit\n  PORT_USERS: must be a port number\n  PII_KEYS: is required\n',
    );
    expect(host.codes).toEqual([1]);
  });

  test('whose port is taken says which one, and exits 1', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const host = createHost();
    await runService('users', () => once(createServer().listen(port, '127.0.0.1'), 'listening'), host.options);
    expect(host.printed).toEqual([`users: 127.0.0.1:${port} is in use; free it, or choose another port\n`]);
    expect(host.codes).toEqual([1]);
    taken.close();
  });

  test('that cannot start closes what it had opened, logs why, and exits 1', async () => {
    const host = createHost();
    const ended: string[] = [];
    await runService(
      'users',
      async (lifecycle) => {
        await closes(ended)(lifecycle);
        throw new Error('port taken');
      },
      host.options,
    );
    expect(ended).toEqual(['pool']);
    expect(host.codes).toEqual([1]);
    expect(host.lines).toContainEqual(
      expect.objectContaining({ level: 60, err: expect.objectContaining({ message: 'port taken' }) }),
    );
  });

  test.each(['uncaughtException', 'unhandledRejection'])('logs an %s and exits 1', async (event) => {
    const host = createHost();
    await runService('users', () => Promise.resolve(), host.options);
    host.emit(event, new Error('nobody caught me'));
    expect(host.codes).toEqual([1]);
    expect(host.lines).toContainEqual(
      expect.objectContaining({ level: 60, err: expect.objectContaining({ message: 'nobody caught me' }) }),
    );
  });
});

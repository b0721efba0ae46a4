import { expect, jest, test } from '@jest/globals';
import { createLifecycle } from './createLifecycle.ts';
import { createLogger } from './createLogger.ts';

const silent = createLogger({ service: 'test', level: 'silent' });

test('what was opened last is closed first, one after the other', async () => {
  const lifecycle = createLifecycle({ log: silent });
  const ended: string[] = [];
  for (const name of ['pool', 'relay', 'server']) {
    lifecycle.onClose(name, async () => {
      ended.push(`${name} begins`);
      await Promise.resolve();
      ended.push(`${name} ends`);
    });
  }
  await lifecycle.close();
  expect(ended).toEqual(['server begins', 'server ends', 'relay begins', 'relay ends', 'pool begins', 'pool ends']);
});

test('one that cannot be closed does not keep the others', async () => {
  const lifecycle = createLifecycle({ log: silent });
  const pool = jest.fn();
  lifecycle.onClose('pool', () => void pool());
  lifecycle.onClose('relay', () => Promise.reject(new Error('stuck')));
  lifecycle.onClose('server', () => {
    throw new Error('broken');
  });
  await lifecycle.close();
  expect(pool).toHaveBeenCalledTimes(1);
});

test('closing twice is closing once, and it is closing from the first moment', async () => {
  const lifecycle = createLifecycle({ log: silent });
  const end = jest.fn();
  lifecycle.onClose('pool', () => void end());
  expect(lifecycle.closing()).toBe(false);
  const both = [lifecycle.close(), lifecycle.close()];
  expect(lifecycle.closing()).toBe(true);
  await Promise.all(both);
  expect(end).toHaveBeenCalledTimes(1);
});

test('what was opened while closing is closed as well', async () => {
  const lifecycle = createLifecycle({ log: silent });
  const late = jest.fn();
  lifecycle.onClose('server', () => lifecycle.onClose('late', () => void late()));
  await lifecycle.close();
  expect(late).toHaveBeenCalledTimes(1);
});

test('beyond the deadline it says what it was waiting for', async () => {
  const lifecycle = createLifecycle({ log: silent, deadlineSeconds: 0.01 });
  lifecycle.onClose('pool', () => undefined);
  lifecycle.onClose('relay', () => new Promise(() => undefined));
  await expect(lifecycle.close()).rejects.toThrow(
    expect.objectContaining({ name: 'ShutdownOverdue', pending: 'relay' }),
  );
});

import { expect, test } from '@jest/globals';
import { createLogger } from './createLogger.ts';

const logged = (write: (log: ReturnType<typeof createLogger>) => void, level?: string): Record<string, unknown>[] => {
  const lines: string[] = [];
  write(createLogger({ service: 'users', ...(level && { level }), to: { write: (line) => void lines.push(line) } }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('a line is JSON with the service, a time people can read, and what a child adds', () => {
  const [line] = logged((log) => log.child({ requestId: 'r1' }).info({ count: 3 }, 'done'));
  expect(line).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    service: 'users',
    requestId: 'r1',
    count: 3,
    msg: 'done',
  });
});

test('nothing below the level is written', () => {
  expect(logged((log) => log.info('no'), 'warn')).toEqual([]);
});

test('secrets and personal data are not written, wherever they usually are', () => {
  const secrets = { password: 'S', token: 'S', email: 'S', authorization: 'S', 'x-viewer': 'S', paymentToken: 'S' };
  const lines = logged((log) => {
    log.info(secrets);
    log.info({ user: secrets, headers: secrets });
    log.info({ req: { headers: secrets } });
  });
  for (const line of lines) expect(JSON.stringify(line)).not.toContain('"S"');
  expect(lines).toHaveLength(3);
});

test('an error is written with its stack and its cause', () => {
  const [line] = logged((log) => log.error({ err: new Error('outer', { cause: new Error('inner') }) }));
  expect(JSON.stringify(line)).toMatch(/outer.*inner/);
});

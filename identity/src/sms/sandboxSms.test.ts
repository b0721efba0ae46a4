import { expect, test } from '@jest/globals';
import { createSandboxSms } from './smsSender.ts';

test('the sandbox writes what it would have sent to the log, and says that it is one', async () => {
  const lines: unknown[] = [];
  const send = createSandboxSms({ warn: (details, message) => lines.push([details, message]) });
  await send({ to: '+12025550142', text: '123456 is your code' }, new AbortController().signal);
  expect(lines).toEqual([
    [
      { provider: 'sandbox', to: '+12025550142', text: '123456 is your code' },
      expect.stringContaining('sandbox provider does not send'),
    ],
  ]);
});

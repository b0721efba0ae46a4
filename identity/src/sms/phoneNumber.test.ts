import { describe, expect, test } from '@jest/globals';
import { maskedNumber, readPhoneNumber } from './phoneNumber.ts';

describe('a telephone number', () => {
  test.each(['+12025550142', '+1 202 555 0142', ' +1 (202) 555-0142', '+1.202.555/0142'])(
    'is read however it is grouped: "%s"',
    (text) => expect(readPhoneNumber(text)).toBe('+12025550142'),
  );

  test.each(['', '2025550142', '+02025550142', '+1202555', '+1202555014212345', '+1202555014x', '+1 202\u0660550142'])(
    'is none without its country, or with anything else in it: "%s"',
    (text) => expect(readPhoneNumber(text)).toBeNull(),
  );

  test('is shown by its last two digits', () => expect(maskedNumber('+12025550142')).toBe('•••• 42'));
});

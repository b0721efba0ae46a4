import { generate } from 'otplib';
import type { Page } from './browser.ts';

/** The secret that a page shows on which an authenticator app is set up; '' where it shows none. */
export const secretIn = ({ text }: Page): string =>
  (/<code>([A-Z2-7 ]{40,})<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '');

/** The backup codes that a page shows. */
export const backupCodesIn = ({ text }: Page): string[] =>
  [...text.matchAll(/<code>([2-9B-Z]{5}-[2-9B-Z]{5})<\/code>/g)].map(([, code = '']) => code);

const codeAt = (secret: string, secondsAhead: number): Promise<string> =>
  generate({
    secret,
    algorithm: 'sha256',
    digits: 6,
    period: 30,
    epoch: Math.floor(Date.now() / 1000) + secondsAhead,
  });

/** What an authenticator app shows now. */
export const codeNow = (secret: string): Promise<string> => codeAt(secret, 0);

/**
 * What it shows next, which is taken already: for a second use, since a code is good once. (The one before this one would
 * be as well, but only until the step is over, which may be in an instant.)
 */
export const nextCode = (secret: string): Promise<string> => codeAt(secret, 30);

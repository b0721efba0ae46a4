import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A TCP port; 0 asks the system for a free one. */
export const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .pipe(z.int().max(65_535, 'must be a port number'))
    .default(fallback);

/** Texts separated by commas; blanks around them and empty ones are dropped. At least one must be left. */
export const list = () =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(z.string()).min(1, 'must name at least one'));

/** A text that must never be printed. */
export const secret = () => z.string().min(1).meta({ secret: true });

/** A duration in whole seconds. */
export const seconds = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number of seconds')
    .transform(Number)
    .default(fallback);

/** A whole number, at least `least`. */
export const count = (fallback: number, least = 0) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least, `must be at least ${least}`))
    .default(fallback);

/** `true` or `false`. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .transform((word) => word === 'true')
    .default(fallback);

/**
 * A key: the text itself (PEM with real line breaks or with `\n` written out, as some secret stores have it), or
 * `file:` and the path of a file that holds it. Marked as a secret; public keys too, they are no use in a log.
 */
export const keyText = () =>
  z
    .string()
    .transform((text, context) => {
      if (!text.startsWith('file:')) return text.replaceAll('\\n', '\n');
      const path = text.slice('file:'.length);
      try {
        return readFileSync(path, 'utf8').trim();
      } catch (error) {
        const why =
          typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
        context.addIssue({ code: 'custom', message: `cannot read ${path} (${why})` });
        return z.NEVER;
      }
    })
    .pipe(z.string().min(1, 'must not be empty'))
    .meta({ secret: true });

/** How much is logged, in pino's words. */
export const logLevel = () => z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

/** What kind of installation this is. */
export const nodeEnv = () => z.enum(['production', 'development', 'test']).default('development');

import { DomainError } from '@supergraph/errors';
import { z } from 'zod';

/** Line breaks, control characters and invisible marks have no place in a name or an address. */
const line = (most: number) =>
  z
    .string()
    .transform((text) => text.normalize('NFC').trim().replaceAll(/ {2,}/g, ' '))
    .pipe(
      z
        .string()
        .min(1, 'must not be empty')
        .max(most, `must have at most ${most} characters`)
        .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must be one line of visible characters'),
    );

/** Left out, null and blank all mean that there is none. */
const optionalLine = (most: number) =>
  z
    .string()
    .nullish()
    .transform((text) => (text == null || text.trim() === '' ? null : text))
    .pipe(line(most).nullable());

/** The public display name. */
export const displayName = line(80);

/** Kept as typed; 254 is the longest that SMTP delivers to (RFC 3696, erratum 1690). */
export const email = z
  .string()
  .trim()
  .max(254, 'must have at most 254 characters')
  .pipe(z.email('must be an e-mail address'));

/** E.164 after blanks and punctuation are dropped. */
export const phone = z
  .string()
  .transform((text) => text.replaceAll(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be in international form, such as +1 202 555 0142'));

/** A delivery address, complete; what a country requires beyond this is the carrier's business. */
export const addressInput = z.object({
  recipient: line(120),
  line1: line(120),
  line2: optionalLine(120),
  city: line(80),
  region: optionalLine(80),
  postalCode: optionalLine(20),
  countryCode: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code, such as DE'),
});
export type AddressFields = z.output<typeof addressInput>;

/**
 * Reads one input.
 *
 * @throws DomainError BAD_USER_INPUT that names the first field in the wrong, and does not repeat its value.
 */
export const readInput = <Output>(schema: z.ZodType<Output>, input: unknown, name = ''): Output => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [...(name === '' ? [] : [name]), ...(issue?.path ?? [])].join('.');
  throw new DomainError('BAD_USER_INPUT', `${field}: ${issue?.message ?? 'is not valid'}.`, { field });
};

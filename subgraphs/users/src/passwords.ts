import { hash, verify, type Options } from '@node-rs/argon2';
import { DomainError } from '@supergraph/errors';
import { normaliseEmail } from './pii/emailIndex.ts';

/**
 * Argon2id with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
 * The number stands for the library's `Algorithm.Argon2id`, an ambient enum that isolated modules cannot read.
 */
const parameters: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const passwordLength = { least: 12, most: 256 } as const;

/** One password typed on two systems is the same text only after normalisation (NIST SP 800-63B, section 5.1.1.2). */
const normalise = (password: string): string => password.normalize('NFKC');

/**
 * Length is what makes a password strong; character classes do not (NIST SP 800-63B, appendix A).
 *
 * @throws DomainError PASSWORD_TOO_WEAK, or BAD_USER_INPUT for one too long to be hashed in good time.
 */
export const checkPassword = (password: string, email: string): void => {
  const length = [...normalise(password)].length;
  const { least, most } = passwordLength;
  if (length > most)
    throw new DomainError('BAD_USER_INPUT', `A password has at most ${most} characters.`, { field: 'password' });
  if (length < least)
    throw new DomainError('PASSWORD_TOO_WEAK', `A password needs at least ${least} characters.`, { least });
  if (normaliseEmail(password) === normaliseEmail(email))
    throw new DomainError('PASSWORD_TOO_WEAK', 'The e-mail address cannot be the password.', { least });
};

/** The hash as a PHC string, with its salt and parameters; about 30 ms of one core, off the main thread. */
export const hashPassword = (password: string): Promise<string> => hash(normalise(password), parameters);

/** Whether a password is the one that was hashed. */
export const isPassword = (hashed: string, password: string): Promise<boolean> => verify(hashed, normalise(password));

import { randomInt } from 'node:crypto';

export const backupCodeCount = 10;

/** Without letters and digits that look alike (0, O, 1, I, L), and without vowels: no words. */
const alphabet = '23456789BCDFGHJKMNPQRSTVWXZ';

/** `XXXXX-XXXXX`: 47 bits, and attempts are counted. */
export const newBackupCode = (): string => {
  const signs = Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${signs.slice(0, 5)}-${signs.slice(5)}`;
};

/** However it was typed; null when it cannot be one. */
export const readBackupCode = (text: string): string | null => {
  const signs = text.toUpperCase().replaceAll(/[\s-]/g, '');
  return /^[2-9B-Z]{10}$/.test(signs) ? `${signs.slice(0, 5)}-${signs.slice(5)}` : null;
};

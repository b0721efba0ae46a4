import { readFileSync } from 'node:fs';

/**
 * The text of a file that a person has named.
 *
 * @throws Error that says to that person which file cannot be read, and why
 */
export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
    throw new Error(`${file} cannot be read (${reasons[code] ?? code}).`, { cause: error });
  }
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read by this user',
};

import { registration, type Registration } from '../clients/createClients.ts';

/**
 * Reads what an operator wrote about a program.
 *
 * @throws Error that names the file, and everything that is wrong in it
 */
export const readRegistration = (file: string, readFile: (path: string) => string): Registration => {
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`${file} cannot be read (${code}). Nothing was registered.`, { cause: error });
  }
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} is not JSON: ${problem}. Nothing was registered.`, { cause: error });
  }
  const result = registration.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.') || 'file'}: ${message}`);
  throw new Error(`${file} does not describe a program. Nothing was registered.\n${problems.join('\n')}`);
};

/**
 * Reads a telephone number in international form (E.164), however it is grouped.
 *
 * @returns `+` and 8 to 15 digits, or null when it cannot be one
 */
export const readPhoneNumber = (text: string): string | null => {
  const signs = text.replaceAll(/[\s().\-/]/g, '');
  return /^\+[1-9]\d{7,14}$/.test(signs) ? signs : null;
};

/** So much of a number that its owner knows which one it is, and nobody else learns it. */
export const maskedNumber = (number: string): string => `•••• ${number.slice(-2)}`;

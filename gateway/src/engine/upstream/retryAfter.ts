/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
 *
 * @param date now, in milliseconds since 1970
 * @returns milliseconds to wait; 0 when the header is missing or makes no sense
 */
export const readRetryAfter = (value: string | undefined, date: number): number => {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const then = Date.parse(value);
  return Number.isNaN(then) ? 0 : Math.max(0, then - date);
};

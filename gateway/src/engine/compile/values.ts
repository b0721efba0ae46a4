/** Data as it came from JSON.parse. */
export type Data = { [key: string]: unknown };

/** What there is so far: one answer, or one for each event of a burst. */
export type Root = Data | readonly Data[];

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own property, or undefined: for names that every object inherits something under. */
export const own = (object: Data, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** Sets an own property, `__proto__` too. */
export const put = (object: Data, name: string, value: unknown): void => {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
};

const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** JSON of a text. Most need no escape, and then quotes are all it takes. */
export const stringText = (text: string): string => (needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`);

/** JSON of a value that came from JSON. */
export const jsonText = (value: unknown): string => {
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? 'null' : JSON.stringify(value);
};

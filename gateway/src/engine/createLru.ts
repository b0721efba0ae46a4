/** A bounded memory: what was not asked for longest is forgotten first. */
export type Lru<Value> = Readonly<{
  get: (key: string) => Value | undefined;
  set: (key: string, value: Value) => void;
  delete: (key: string) => void;
  size: () => number;
  /** What was not asked for longest comes first. */
  entries: () => [key: string, value: Value][];
}>;

/**
 * @param entries how many are kept at most
 * @param characters how long all keys together may be: clients choose them
 */
export const createLru = <Value>(limits: { entries: number; characters: number }): Lru<Value> => {
  // A Map keeps the order of insertion, so the first key is the oldest.
  const values = new Map<string, Value>();
  let characters = 0;
  // What is asked for again and again is the last key already, and moving it would cost more than finding it.
  let last: string | undefined;
  return {
    get: (key) => {
      const value = values.get(key);
      if (value !== undefined && key !== last) {
        values.delete(key);
        values.set(key, value);
        last = key;
      }
      return value;
    },
    set: (key, value) => {
      if (key.length > limits.characters) return;
      if (values.delete(key)) characters -= key.length;
      values.set(key, value);
      last = key;
      characters += key.length;
      for (const oldest of values.keys()) {
        if (values.size <= limits.entries && characters <= limits.characters) break;
        values.delete(oldest);
        characters -= oldest.length;
      }
    },
    delete: (key) => {
      if (values.delete(key)) characters -= key.length;
    },
    size: () => values.size,
    entries: () => [...values],
  };
};

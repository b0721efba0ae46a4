/** A map that forgets its oldest entries beyond `limit`, so that a cache keyed by input cannot grow without end. */
export const createBoundedMap = <Key, Value>(limit: number) => {
  const entries = new Map<Key, Value>();
  return {
    get: (key: Key): Value | undefined => entries.get(key),
    delete: (key: Key): void => void entries.delete(key),
    set: (key: Key, value: Value): void => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= limit) return;
      const oldest = entries.keys().next();
      if (oldest.done !== true) entries.delete(oldest.value);
    },
    size: (): number => entries.size,
  };
};

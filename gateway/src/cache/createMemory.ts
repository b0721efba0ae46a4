/** A memory that is bounded by what is in it: what was not asked for longest goes first. */
export type Memory<Entry> = Readonly<{
  get: (key: string) => Entry | undefined;
  set: (key: string, entry: Entry, bytes: number) => void;
  delete: (key: string) => void;
  clear: () => void;
  bytes: () => number;
}>;

/** What an entry costs beside its content, roughly. */
const overhead = 500;

export const createMemory = <Entry>(mostBytes: number): Memory<Entry> => {
  // A Map keeps the order of insertion, so the first key is the oldest.
  const entries = new Map<string, { entry: Entry; bytes: number }>();
  // What is asked for again and again is there already, and moving it would cost more than finding it.
  let newest: string | undefined;
  let total = 0;
  const remove = (key: string): void => {
    const there = entries.get(key);
    if (there === undefined) return;
    entries.delete(key);
    total -= there.bytes;
  };
  return {
    get: (key) => {
      const there = entries.get(key);
      if (there === undefined) return undefined;
      if (key !== newest) {
        entries.delete(key);
        entries.set(key, there);
        newest = key;
      }
      return there.entry;
    },
    set: (key, entry, content) => {
      remove(key);
      const bytes = content + 2 * key.length + overhead;
      if (bytes > mostBytes) return;
      entries.set(key, { entry, bytes });
      newest = key;
      total += bytes;
      for (const oldest of entries.keys()) {
        if (total <= mostBytes) break;
        remove(oldest);
      }
    },
    delete: remove,
    clear: () => {
      entries.clear();
      total = 0;
    },
    bytes: () => total,
  };
};

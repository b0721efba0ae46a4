/** What many may hold in memory together. When it is too much, what came first is let go of first, whoever holds it. */
export type Budget = Readonly<{
  /**
   * Counts something that is held now.
   *
   * @param letGo called, once, when there is no room for it any longer: at once, if it alone is too large
   * @returns to be called when its holder has let go of it by itself
   */
  hold: (bytes: number, letGo: () => void) => () => void;
  /** What is held at the moment. */
  bytes: () => number;
}>;

/** One thing that is held, between the one that came before it and the one that came after it. */
type Held = { readonly bytes: number; readonly letGo: () => void; before: Held; after: Held; gone: boolean };

/** Makes a budget of so many bytes. */
export const createBudget = (limit: number): Budget => {
  // A ring: what comes after this one came first, what comes before it came last.
  const ends = { bytes: 0, letGo: () => {}, gone: false } as Held;
  ends.before = ends.after = ends;
  let bytes = 0;

  const release = (held: Held): void => {
    if (held.gone) return;
    held.gone = true;
    held.before.after = held.after;
    held.after.before = held.before;
    bytes -= held.bytes;
  };

  return {
    hold: (size, letGo) => {
      const held: Held = { bytes: size, letGo, before: ends.before, after: ends, gone: false };
      ends.before = ends.before.after = held;
      bytes += size;
      while (bytes > limit) {
        const first = ends.after;
        release(first);
        first.letGo();
      }
      return () => release(held);
    },
    bytes: () => bytes,
  };
};

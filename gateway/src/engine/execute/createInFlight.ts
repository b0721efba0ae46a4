/** What is under way, by key. */
export type InFlight<Work> = Readonly<{
  /**
   * What is under way under a key, or else what is begun now. Others know of it once `begin` has returned: what could
   * not be begun has nothing to wait for.
   *
   * @param begin is given what to call when it is over, or given up; whoever comes later begins anew
   */
  join: (key: string, begin: (end: () => void) => Work) => Work;
  /** Who comes from now on joins nothing that began before. */
  forget: () => void;
}>;

/** Nothing is kept once it is over: this is no cache. */
export const createInFlight = <Work>(): InFlight<Work> => {
  const works = new Map<string, Work>();
  return {
    join: (key, begin) => {
      const there = works.get(key);
      if (there !== undefined) return there;
      const work = begin(() => {
        // Another one may have begun under the key, since this one was forgotten.
        if (works.get(key) === work) works.delete(key);
      });
      works.set(key, work);
      return work;
    },
    forget: () => works.clear(),
  };
};

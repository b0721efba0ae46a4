/** Counts the connections to clients that last, of all transports together. */
export type ConnectionLimit = Readonly<{
  /** @returns how to give the place back, once; null when all are taken */
  take: () => (() => void) | null;
}>;

export const createConnectionLimit = (limit: number, observe: (count: number) => void): ConnectionLimit => {
  let count = 0;
  return {
    take: () => {
      if (count >= limit) return null;
      observe((count += 1));
      let given = false;
      return () => {
        if (given) return;
        given = true;
        observe((count -= 1));
      };
    },
  };
};

/** What is asked of the ledger, for one account. Times are milliseconds since 1970 by the ledger's clock. */
export type Entry = Readonly<{
  account: string;
  phase: number;
  /** Points wanted; fewer are given when fewer are left. */
  want: number;
  /** Points that were given before and not spent, and the windows (by their starts) that they were taken from. */
  back: number;
  backStarts: readonly number[];
  windows: readonly EntryWindow[];
}>;

export type EntryWindow = Readonly<{
  seconds: number;
  points: number;
  /** What the ledger said when it was last asked: it is believed when it has no memory of the account. */
  knownStart: number;
  knownUsed: number;
  /** Points that were spent without the ledger in the window that began at `knownStart`. */
  debt: number;
}>;

/** What the ledger did: how much it gave, and how the account stands after that. */
export type Taken = Readonly<{
  now: number;
  granted: number;
  windows: readonly Readonly<{ start: number; used: number }>[];
}>;

/** Where all gateways write down what is spent. */
export type Ledger = Readonly<{
  /** False: it is away, and asking it would be in vain. */
  available: () => boolean;
  /** One atomic step. @throws when the ledger cannot be reached, or not in time */
  take: (entry: Entry) => Promise<Taken>;
  close: () => void;
}>;

/**
 * Tells whoever works for a client that nobody waits any longer. An AbortSignal would do, but making one costs as much
 * as all else that a small request needs, and hardly any is ever used.
 */
export type Cancellation = {
  readonly cancelled: boolean;
  /** Calls the listener when it happens, unless the returned function is called before. */
  readonly onCancel: (listener: () => void) => () => void;
};

/** A cancellation, and what brings it about; a second time is nothing. */
export const createCancellation = (): Cancellation & { readonly cancel: () => void } => {
  let listeners: (() => void)[] | null = null;
  const cancellation = {
    cancelled: false,
    onCancel: (listener: () => void) => {
      listeners = listeners === null ? [listener] : [...listeners, listener];
      return () => {
        listeners = listeners?.filter((one) => one !== listener) ?? null;
      };
    },
    cancel: () => {
      if (cancellation.cancelled) return;
      cancellation.cancelled = true;
      const told = listeners ?? [];
      listeners = null;
      for (const listener of told) listener();
    },
  };
  return cancellation;
};

/** Something that happens unless it is stopped, or begun anew, in time. */
export type Fuse = Readonly<{ light: () => void; stop: () => void }>;

/**
 * Makes one that burns in two halves: a page or process that slept finds its timers due before it has read what came
 * meanwhile, and so only one half is over then.
 */
export const createFuse = (ms: number, burn: () => void): Fuse => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    light: () => {
      stop();
      timer = setTimeout(() => (timer = setTimeout(burn, ms / 2)), ms / 2);
    },
    stop,
  };
};

/**
 * Keeps this process from sleeping while it waits for answers. On one machine whoever sends something to a process that
 * sleeps pays for waking it (some 8 µs of the kernel's on a virtual machine), which a client elsewhere never costs its
 * server; and only a server that is fast enough to keep its clients busy would be spared that.
 *
 * @returns lets it sleep again
 */
export const stayAwake = (): (() => void) => {
  let awake = true;
  const turn = (): void => {
    if (awake) setImmediate(turn);
  };
  turn();
  return () => {
    awake = false;
  };
};

import { startedByNpm } from './config.ts';
import type { SystemStart } from './system.ts';

/**
 * Ctrl-C stops everything in order; once more, at once. One Ctrl-C may arrive several times (from the terminal, and
 * passed on by npm), so what comes within a second of the first is the same one.
 */
export const stopOnSignal = (
  system: Pick<SystemStart, 'stop' | 'kill'>,
  show: (line: string) => void,
): Readonly<{ received: () => boolean }> => {
  let first: number | undefined;
  const onSignal = (): void => {
    if (first === undefined) {
      first = Date.now();
      show('Stopping (Ctrl-C again: at once)');
      void system.stop().then(
        () => {
          show('Stopped');
          process.exit(0);
        },
        (error: unknown) => {
          show(`Could not stop everything: ${String(error)}`);
          process.exit(1);
        },
      );
    } else if (Date.now() - first > 1000) {
      system.kill();
      process.exit(130);
    }
  };
  // npm passes a signal on to its shell, which dies of it without telling us: then our parent is another one.
  const parent = process.ppid;
  if (startedByNpm()) {
    setInterval(() => {
      if (process.ppid !== parent && first === undefined) onSignal();
    }, 300).unref();
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return { received: () => first !== undefined };
};

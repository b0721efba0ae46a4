import type { Logger } from './createLogger.ts';

/** What a service holds and how it is let go. */
export type Lifecycle = Readonly<{
  /** Registers how to end something; the last one registered is ended first. */
  onClose: (name: string, end: () => Promise<void> | void) => void;
  /**
   * Ends everything, in reverse order of creation; one that fails is logged and does not keep the others.
   * Calling it again waits for the same end.
   *
   * @throws ShutdownOverdue when the deadline passes first
   */
  close: () => Promise<void>;
  /** True from the first call of `close`: a service that is ending is no longer ready. */
  closing: () => boolean;
}>;

/** The service did not end in time; `pending` is what it was waiting for. */
export class ShutdownOverdue extends Error {
  readonly pending: string;

  constructor(pending: string, deadlineSeconds: number) {
    super(`Not closed within ${deadlineSeconds} s: waiting for ${pending}.`);
    this.name = 'ShutdownOverdue';
    this.pending = pending;
  }
}

/** Makes an empty lifecycle. Kubernetes kills after 30 s by default, hence the default deadline. */
export const createLifecycle = ({
  log,
  deadlineSeconds = 30,
}: {
  log: Logger;
  deadlineSeconds?: number;
}): Lifecycle => {
  const ends: { name: string; end: () => Promise<void> | void }[] = [];
  let pending = '';
  let closed: Promise<void> | undefined;

  const endAll = async (): Promise<void> => {
    for (let next = ends.pop(); next !== undefined; next = ends.pop()) {
      pending = next.name;
      try {
        await next.end();
        log.debug({ closed: next.name }, 'closed');
      } catch (error) {
        log.error({ err: error, closing: next.name }, 'could not be closed');
      }
    }
  };

  const endInTime = async (): Promise<void> => {
    let fuse: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      fuse = setTimeout(() => reject(new ShutdownOverdue(pending, deadlineSeconds)), deadlineSeconds * 1000);
    });
    try {
      await Promise.race([endAll(), overdue]);
    } finally {
      clearTimeout(fuse);
    }
  };

  return {
    onClose: (name, end) => void ends.push({ name, end }),
    close: () => (closed ??= endInTime()),
    closing: () => closed !== undefined,
  };
};

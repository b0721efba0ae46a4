import type { Db } from '@supergraph/postgres';
import { lastPosition, readEvents, type PositionedEvent } from './positions.ts';

/** Follows the event log of one database, in position order, for everything in this process that wants to know. */
export type Tailer = Readonly<{
  /** Starts behind the last event there is; resolves once it knows where that is. */
  start: () => Promise<void>;
  /** Looks for new events now, as when told through Redis that there may be some. */
  wake: () => void;
  /** Everything up to here was delivered. */
  position: () => number;
  stop: () => Promise<void>;
}>;

/** What a tailer reads and to whom. */
export type TailerOptions = Readonly<{
  db: Db;
  topic: string;
  /** Gets every event once, in order, a batch at a time; must not throw. */
  deliver: (events: readonly PositionedEvent[]) => void;
  log: Readonly<{ warn: (details: object, message: string) => void }>;
  /** It looks this often even when nobody wakes it: a wake-up may be lost, an event not. */
  pollMs?: number;
  batchSize?: number;
}>;

/** One tailer serves a whole process: its subscribers share each read. */
export function createTailer({ db, topic, deliver, log, pollMs = 1_000, batchSize = 500 }: TailerOptions): Tailer {
  let position = 0;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  let again = false;
  let running = false;

  const read = async (): Promise<void> => {
    do {
      again = false;
      const events = await readEvents(db, { after: position, limit: batchSize, topic });
      const last = events.at(-1);
      if (last !== undefined) {
        deliver(events);
        position = last.position;
        again ||= events.length === batchSize;
      }
    } while (running && again);
  };

  const wake = (): void => {
    if (!running) return;
    again = true;
    reading ??= read()
      .catch((error: unknown) => log.warn({ err: error }, 'the event log cannot be read right now'))
      .finally(() => {
        reading = undefined;
        // Somebody called after the last look and before this line.
        if (again) wake();
      });
  };

  return {
    start: async () => {
      position = await lastPosition(db);
      running = true;
      timer = setInterval(wake, pollMs);
    },
    wake,
    position: () => position,
    stop: async () => {
      running = false;
      clearInterval(timer);
      await reading;
    },
  };
}

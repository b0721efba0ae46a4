import { randomUUID } from 'node:crypto';
import type { Db, Tx } from '@supergraph/postgres';

/** Work that was promised in a transaction, to be done at or after a time. */
export type Task = Readonly<{
  kind: string;
  /** One task of a kind for a key: scheduling it again changes nothing. */
  key: string;
  payload: unknown;
  /** 1 the first time it is tried. */
  attempts: number;
  /** Proof of being the one who works on it. */
  lease: string;
}>;

/** What there is to do; `key` makes it unique among its kind. */
export type NewTask = Readonly<{ kind: string; key: string; payload: unknown; dueAt?: Date }>;

/** How tasks are worked on. */
export type TasksOptions = Readonly<{
  db: Db;
  /**
   * By kind. A handler does its work and calls `complete` in the transaction of its result; when it throws or
   * dies, the task is tried again, so that its effect elsewhere must be idempotent by the task's key.
   */
  handlers: Readonly<Record<string, (task: Task) => Promise<void>>>;
  log: Readonly<{ warn: (details: object, message: string) => void }>;
  /** How long a worker may take before another one tries. */
  leaseSeconds?: number;
  pollMs?: number;
  /** Tasks worked on at once by one process. */
  concurrency?: number;
  /** Milliseconds until attempt number `attempts + 1`. */
  backoffMs?: (attempts: number) => number;
}>;

/** Durable tasks of one service. */
export type Tasks = Readonly<{
  schedule: (tx: Tx, task: NewTask) => Promise<void>;
  cancel: (tx: Tx, kind: string, key: string) => Promise<void>;
  /**
   * Removes a task in the transaction of its result.
   * @throws Error when the lease is lost: somebody else works on it, and the result must not be written twice.
   */
  complete: (tx: Tx, task: Task) => Promise<void>;
  /** Works on due tasks: after each commit of this process, and at least every `pollMs`. */
  start: () => void;
  /** Takes no more tasks and waits for those in hand. */
  stop: () => Promise<void>;
}>;

const exponential = (attempts: number): number => Math.min(60_000, 500 * 2 ** Math.min(attempts - 1, 10));

/** Durable tasks on the `tasks` table (docs/adr/0013). A task is leased, never held in a transaction. */
export function createTasks(options: TasksOptions): Tasks {
  const { db, handlers, log, leaseSeconds = 30, pollMs = 500, concurrency = 8, backoffMs = exponential } = options;
  const kinds = Object.keys(handlers);
  const inHand = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  const take = async (limit: number): Promise<readonly Task[]> => {
    const rows = await db.query<{ kind: string; key: string; payload: unknown; attempts: number; lease: string }>(
      `UPDATE tasks SET attempts = attempts + 1, lease = $1, due_at = now() + make_interval(secs => $2)
       WHERE (kind, key) IN (
         SELECT kind, key FROM tasks WHERE due_at <= now() AND kind = ANY($3)
         ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
       RETURNING kind, key, payload, attempts, lease`,
      [randomUUID(), leaseSeconds, kinds, limit],
    );
    return rows;
  };

  const work = async (task: Task): Promise<void> => {
    try {
      await handlers[task.kind]?.(task);
    } catch (error) {
      log.warn(
        { err: error, task: task.kind, key: task.key, attempts: task.attempts },
        'a task failed and is tried again',
      );
      await db
        .query(
          `UPDATE tasks SET lease = NULL, due_at = now() + make_interval(secs => $4), last_error = $5
           WHERE kind = $1 AND key = $2 AND lease = $3`,
          [task.kind, task.key, task.lease, backoffMs(task.attempts) / 1_000, String(error).slice(0, 1_000)],
        )
        .catch(() => undefined); // then the lease runs out by itself
    }
  };

  const look = async (): Promise<void> => {
    do {
      lookAgain = false;
      const tasks = inHand.size < concurrency ? await take(concurrency - inHand.size) : [];
      for (const task of tasks) {
        const done: Promise<void> = work(task).finally(() => {
          inHand.delete(done);
          wake();
        });
        inHand.add(done);
      }
    } while (running && lookAgain);
  };

  const wake = (): void => {
    if (!running) return;
    lookAgain = true;
    looking ??= look()
      .catch((error: unknown) => log.warn({ err: error }, 'due tasks cannot be read right now'))
      .finally(() => {
        looking = undefined;
        // Somebody called after the last look and before this line.
        if (lookAgain) wake();
      });
  };

  return {
    schedule: async (tx, { kind, key, payload, dueAt }) => {
      await tx.query(
        `INSERT INTO tasks (kind, key, payload, due_at) VALUES ($1, $2, $3, coalesce($4, now()))
         ON CONFLICT (kind, key) DO NOTHING`,
        [kind, key, JSON.stringify(payload), dueAt?.toISOString() ?? null],
      );
    },
    cancel: async (tx, kind, key) => {
      await tx.query('DELETE FROM tasks WHERE kind = $1 AND key = $2', [kind, key]);
    },
    complete: async (tx, { kind, key, lease }) => {
      const done = await tx.query('DELETE FROM tasks WHERE kind = $1 AND key = $2 AND lease = $3 RETURNING key', [
        kind,
        key,
        lease,
      ]);
      if (done.length === 0) throw new Error(`The lease of task ${kind} ${key} was lost.`);
    },
    start: () => {
      running = true;
      db.onCommit(wake);
      timer = setInterval(wake, pollMs);
      wake();
    },
    stop: async () => {
      running = false;
      clearInterval(timer);
      await looking;
      await Promise.all(inHand);
    },
  };
}

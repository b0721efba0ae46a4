import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type ServiceLog = Readonly<{
  /** Writes all that comes to the file, and shows warnings and errors; of plain text, what came as an error. */
  follow(output: Readable, kind: 'stdout' | 'stderr'): void;
  end(): void;
}>;

/** The log file of one service (begun anew), with what needs a person's eye repeated on the terminal. */
export const createServiceLog = (dir: string, name: string, show: (line: string) => void): ServiceLog => {
  mkdirSync(dir, { recursive: true });
  const file = createWriteStream(join(dir, `${name}.log`), { flags: 'w' });
  return {
    follow: (output, kind) => {
      createInterface({ input: output }).on('line', (line) => {
        file.write(`${line}\n`);
        const alarming = alarmOf(line, kind);
        if (alarming !== undefined) show(`[${name}] ${alarming}`);
      });
    },
    end: () => void file.end(),
  };
};

/**
 * What to show of a log line: pino writes JSON with a numeric level (40 warn, 50 error, 60 fatal); plain text on
 * stderr was written by something that went wrong before there was a logger.
 */
export const alarmOf = (line: string, kind: 'stdout' | 'stderr'): string | undefined => {
  if (line.trim() === '') return undefined;
  const entry = parsed(line);
  if (entry === undefined) return kind === 'stdout' || /^\(node:\d+\)|^\(Use `node/.test(line) ? undefined : line;
  const { level, msg, err } = entry;
  if (typeof level !== 'number' || level < 40) return undefined;
  const word = level >= 60 ? 'fatal' : level >= 50 ? 'error' : 'warn';
  const cause = typeof err === 'object' && err !== null && 'message' in err ? `: ${String(err.message)}` : '';
  return `${word}: ${typeof msg === 'string' ? msg : ''}${cause}`;
};

const parsed = (line: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

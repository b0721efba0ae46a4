import { destination, pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

/** Never printed, at the top of a log line or one level down. Personal data is on the list beside the secrets. */
const hidden = [
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'paymentToken',
  'viewer',
  'privateKey',
  'secret',
  'email',
  'phone',
  '["x-viewer"]',
  '["set-cookie"]',
];

const below = (path: string): string => (path.startsWith('[') ? `*${path}` : `*.${path}`);
const inHeaders = (path: string): string => (path.startsWith('[') ? `req.headers${path}` : `req.headers.${path}`);

/**
 * A logger of JSON lines, each with `service`; the time is RFC 3339 so that people can read it too.
 * Writes synchronously: a line that was logged before a crash is on disk after it.
 *
 * @param to where the lines go; standard output unless told otherwise
 */
export const createLogger = ({
  service,
  level = 'info',
  to = destination({ fd: 1, sync: true }),
}: {
  service: string;
  level?: string;
  to?: DestinationStream;
}): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: createTimestamp(),
      redact: { paths: [...hidden, ...hidden.map(below), ...hidden.map(inHeaders)], censor: '[redacted]' },
    },
    to,
  );

const mostWaiting = 16_384;

/**
 * Standard output for lines that come with every request: many are written at once, within a tenth of a second. A crash
 * may cost the last of them, so it is not for what explains a crash.
 *
 * @returns takes a line with its end, and what writes at once whatever waits
 */
export const createBufferedOutput = (): Readonly<{ write: (line: string) => void; flush: () => void }> => {
  const output = destination({ fd: 1, sync: true });
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '') output.write(waiting);
    waiting = '';
  };
  setInterval(flush, 100).unref();
  return {
    write: (line) => {
      waiting += line;
      if (waiting.length > mostWaiting) flush();
    },
    flush,
  };
};

/** The member `time` of a line, after a comma: RFC 3339 to the millisecond, written once for all lines of the same one. */
export const createTimestamp = (): (() => string) => {
  let last = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== last) {
      last = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
};

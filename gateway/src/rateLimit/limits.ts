import type { ConfiguredLimits } from './rateLimitConfig.ts';

/** So many points in so many seconds. */
export type Window = Readonly<{ name: string; seconds: number; points: number }>;

/** What holds for a principal: one window at least, the shortest first. Made once and shared. */
export type Limits = Readonly<{
  windows: readonly Window[];
  /** What an operation may cost: no window has room for more. */
  most: number;
  /** The `RateLimit-Policy` field (draft-ietf-httpapi-ratelimit-headers-11, section 3). */
  policy: string;
}>;

const lengths = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
] as const;

/** Gives the windows that a configuration names. */
export const readLimits = (configured: ConfiguredLimits): Limits => {
  const windows = lengths.flatMap(([name, seconds]) => {
    const points = configured[name];
    return points === undefined ? [] : [{ name, seconds, points }];
  });
  const most = Math.min(...windows.map(({ points }) => points));
  return {
    windows,
    most,
    policy: windows.map(({ name, seconds, points }) => `"${name}";q=${points};w=${seconds}`).join(', '),
  };
};

/**
 * When the window began that `time` lies in (milliseconds since 1970). Principals have phases of their own, or all who
 * were refused would be back in the same instant.
 */
export const startOf = ({ seconds }: Window, time: number, phase: number): number =>
  time - ((time - phase) % (seconds * 1_000));

/** The phase of an account: less than its shortest window, so that windows stay within each other. */
export const phaseOf = (account: string, { windows: [shortest] }: Limits): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < account.length; at += 1) hash = Math.imul(hash ^ account.charCodeAt(at), 0x01000193);
  // FNV-1a leaves names that differ in their last sign close together.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) % ((shortest?.seconds ?? 1) * 1_000);
};

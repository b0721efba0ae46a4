import { createLatencies } from './latencies.ts';
import type { CanaryConfig } from './upstreamConfig.ts';

/** What the last requests to one side came to. */
export type Tally = Readonly<{
  add: (failed: boolean, milliseconds: number) => void;
  figures: () => Figures;
}>;

export type Figures = Readonly<{ requests: number; errorRate: number; p95Ms: number | undefined }>;

/** Remembers the last `window` requests. Only good answers have a latency: failing fast is not being fast. */
export const createTally = (window: number): Tally => {
  const outcomes: boolean[] = [];
  const latencies = createLatencies(window);
  let next = 0;
  let failures = 0;
  return {
    add: (failed, milliseconds) => {
      if (outcomes[next] === true) failures -= 1;
      if (failed) failures += 1;
      else latencies.add(milliseconds);
      outcomes[next] = failed;
      next = (next + 1) % window;
    },
    figures: () => ({
      requests: outcomes.length,
      errorRate: outcomes.length === 0 ? 0 : failures / outcomes.length,
      p95Ms: latencies.p95(),
    }),
  };
};

/** Why a canary must stop; null when it may go on, or when too little is known. */
export const judgeCanary = (canary: Figures, stable: Figures, settings: CanaryConfig): 'errors' | 'latency' | null => {
  if (Math.min(canary.requests, stable.requests) < settings.minimumRequests) return null;
  const errorLimit = Math.max(stable.errorRate * settings.errorRateFactor, settings.toleratedErrorRate);
  if (canary.errorRate > errorLimit) return 'errors';
  if (canary.p95Ms === undefined || stable.p95Ms === undefined) return null;
  const latencyLimit = Math.max(stable.p95Ms * settings.latencyFactor, stable.p95Ms + settings.toleratedLatencyMs);
  return canary.p95Ms > latencyLimit ? 'latency' : null;
};

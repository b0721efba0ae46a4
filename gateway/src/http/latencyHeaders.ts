import type { UpstreamClock } from './upstreamClock.ts';

/**
 * Says where the time of a request went, in milliseconds: Kong's `X-Kong-Proxy-Latency` and `X-Kong-Upstream-Latency` under
 * names of our own, and the same for browsers' tools (https://www.w3.org/TR/server-timing/).
 */
export const addLatencyHeaders = (headers: string[], elapsedMs: number, { waitedMs }: UpstreamClock): void => {
  const gateway = rounded(Math.max(elapsedMs - waitedMs, 0));
  const upstream = rounded(waitedMs);
  headers.push('x-gateway-latency', gateway, 'x-upstream-latency', upstream);
  headers.push('server-timing', `gateway;dur=${gateway}, upstream;dur=${upstream}`);
};

const rounded = (milliseconds: number): string => String(Math.round(milliseconds * 10) / 10);

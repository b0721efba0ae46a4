import { createLogger } from '@supergraph/service-kit';
import type { z } from 'zod';
import { createResilience } from '../../src/engine/upstream/createResilience.ts';
import type { Send } from '../../src/engine/upstream/send.ts';
import { upstreamConfig } from '../../src/engine/upstream/upstreamConfig.ts';
import type { UpstreamEvent } from '../../src/engine/upstream/upstreamEvent.ts';
import { createHttpSend } from './createHttpSend.ts';
import { createManualClock } from './createManualClock.ts';

/** Everything off, so that a test turns on what it is about. */
export const off = {
  circuitBreaker: { enabled: false },
  retry: { enabled: false },
} satisfies z.input<typeof upstreamConfig>;

/** The wrappers around a real connection, with a clock and a coin of the test's own, and what they reported. */
export const createHarness = (
  config: z.input<typeof upstreamConfig>,
  { timeoutMs, transport }: { timeoutMs?: number; transport?: Send } = {},
) => {
  const clock = createManualClock();
  const http = createHttpSend(timeoutMs === undefined ? {} : { timeoutMs });
  const events: UpstreamEvent[] = [];
  const lines: string[] = [];
  let coin = 0.5;
  const wrap = createResilience({
    config: upstreamConfig.parse(config),
    log: createLogger({ service: 'test', to: { write: (line) => void lines.push(line) } }),
    observe: (event) => void events.push(event),
    clock,
    random: () => coin,
  });
  return {
    send: wrap(transport ?? http.send),
    clock,
    events,
    lines,
    toss: (value: number) => {
      coin = value;
    },
    close: http.close,
  };
};

export type Harness = ReturnType<typeof createHarness>;

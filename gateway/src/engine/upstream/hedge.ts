import type { Clock } from './clock.ts';
import { isFailure } from './failure.ts';
import { guarded } from './guard.ts';
import { createLatencies } from './latencies.ts';
import type { WrapperOf } from './perSubgraph.ts';
import type { RetryBudget } from './retryBudget.ts';
import type { GiveUp, UpstreamResponse } from './send.ts';
import type { SubgraphPolicy } from './upstreamConfig.ts';
import type { Observe } from './upstreamEvent.ts';

export type HedgeOptions = Readonly<{
  policy: (subgraph: string) => SubgraphPolicy;
  budgetOf: (subgraph: string) => RetryBudget;
  clock: Clock;
  observe: Observe;
}>;

/** Fewer answers say nothing about a 95th percentile. */
const enough = 20;

/**
 * Asks a second time when a query takes long, and takes the first good answer; the other request is given up. It buys a
 * shorter tail with more requests, so the retry budget bounds it.
 */
export const createHedge =
  ({ policy, budgetOf, clock, observe }: HedgeOptions): WrapperOf =>
  (subgraph) => {
    const { hedge, circuitBreaker } = policy(subgraph);
    if (hedge === null) return null;
    const latencies = createLatencies(hedge.window);
    const isGood = (error: Error | null, text: string, response: UpstreamResponse | undefined) =>
      response?.status !== 429 && !isFailure(error, text, response, circuitBreaker?.errorCodes ?? []);

    return (send) => (request, answered) => {
      if (request.kind !== 'query') return send(request, answered);
      const started = clock.now();
      const inFlight = new Map<'first' | 'second', GiveUp>();
      let over = false;
      let cancelTimer = () => {};

      const start = (which: 'first' | 'second'): void => {
        const giveUp = send(request, (error, text, response) => {
          if (over) return;
          inFlight.delete(which);
          const good = isGood(error, text, response);
          // The other one may still be good.
          if (!good && inFlight.size > 0) return;
          over = true;
          cancelTimer();
          for (const giveUpOther of inFlight.values()) giveUpOther();
          // When the second wins, this is the least that the first would have taken.
          if (good) latencies.add(clock.now() - started);
          if (good && which === 'second') observe({ kind: 'hedge', subgraph, outcome: 'won' });
          answered(error, text, response);
        });
        inFlight.set(which, giveUp);
      };

      start('first');
      const delay = hedge.delay === 'p95' ? (latencies.count() < enough ? undefined : latencies.p95()) : hedge.delay;
      if (delay !== undefined) {
        cancelTimer = clock.after(
          delay,
          guarded(request, () => {
            if (over) return;
            const granted = budgetOf(subgraph).spend();
            observe({ kind: 'hedge', subgraph, outcome: granted ? 'sent' : 'over budget' });
            if (!granted) return;
            try {
              start('second');
            } catch {
              // The first one is still under way, and its outcome is the answer.
            }
          }),
        );
      }
      return (reason) => {
        if (over) return;
        over = true;
        cancelTimer();
        for (const giveUp of inFlight.values()) giveUp(reason);
      };
    };
  };

import { DomainError, isDomainError } from '@supergraph/errors';
import type { Logger } from '@supergraph/service-kit';
import { createCircuit, type Circuit } from './circuit.ts';
import type { Clock } from './clock.ts';
import { isFailure } from './failure.ts';
import { guarded } from './guard.ts';
import type { WrapperOf } from './perSubgraph.ts';
import type { GiveUp, UpstreamAnswered, UpstreamRequest } from './send.ts';
import type { SubgraphPolicy } from './upstreamConfig.ts';
import type { Observe, Target } from './upstreamEvent.ts';

export type CircuitBreakerOptions = Readonly<{
  policy: (subgraph: string) => SubgraphPolicy;
  clock: Clock;
  log: Logger;
  observe: Observe;
}>;

/**
 * Stops asking a subgraph that fails, so that it can recover and nobody waits for it. While its circuit is open a
 * request ends at once with the DomainError SUBGRAPH_UNAVAILABLE, with `retryAfterSeconds` in its details, and nothing
 * is sent. A canary has a circuit of its own.
 */
export const createCircuitBreaker =
  ({ policy, clock, log, observe }: CircuitBreakerOptions): WrapperOf =>
  (subgraph) => {
    const settings = policy(subgraph).circuitBreaker;
    if (settings === null) return null;
    const { consecutiveFailures, openSeconds, errorCodes } = settings;
    const circuitOf = (target: Target): Circuit =>
      createCircuit({
        consecutiveFailures,
        openMs: openSeconds * 1000,
        clock,
        onChange: (state) => {
          const text = `the circuit of a subgraph is ${state}`;
          if (state === 'open') log.warn({ subgraph, target, openSeconds }, text);
          else log.info({ subgraph, target }, text);
          observe({ kind: 'circuit', subgraph, target, state });
        },
      });
    const circuits = { stable: circuitOf('stable'), canary: circuitOf('canary') };

    return (send) => (request, answered) => {
      const { target = 'stable' } = request;
      const entry = circuits[target].enter();
      if (!entry.allowed) {
        observe({ kind: 'refused', subgraph, target });
        return refuse(request, entry.waitMs, answered);
      }
      try {
        const giveUp = send(request, (error, text, response) => {
          entry.end(isFailure(error, text, response, errorCodes) ? 'failure' : 'success');
          answered(error, text, response);
        });
        return (reason) => {
          entry.end(reason === 'late' ? 'failure' : 'abandoned');
          giveUp(reason);
        };
      } catch (error) {
        // It was never sent. Without this a probe that cannot be sent would keep the circuit half-open for ever.
        entry.end('abandoned');
        throw error;
      }
    };
  };

/** Whether this is the breaker's refusal: then nothing was sent. */
export const isRefusal = (error: unknown): boolean =>
  isDomainError(error, 'SUBGRAPH_UNAVAILABLE') && 'retryAfterSeconds' in error.details;

const refuse = (request: UpstreamRequest, waitMs: number, answered: UpstreamAnswered): GiveUp => {
  let over = false;
  queueMicrotask(
    guarded(request, () => {
      if (over) return;
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
      const message = `The service "${request.subgraph}" is not available.`;
      answered(new DomainError('SUBGRAPH_UNAVAILABLE', message, { retryAfterSeconds }), '');
    }),
  );
  return () => {
    over = true;
  };
};

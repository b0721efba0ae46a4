import type { Logger } from '@supergraph/service-kit';
import { createHash } from 'node:crypto';
import { createTally, judgeCanary } from './canaryVerdict.ts';
import { isRefusal } from './circuitBreaker.ts';
import type { Clock } from './clock.ts';
import { isFailure } from './failure.ts';
import type { WrapperOf } from './perSubgraph.ts';
import type { GiveUp, UpstreamRequest } from './send.ts';
import type { CanaryConfig, SubgraphPolicy } from './upstreamConfig.ts';
import type { Observe, Target } from './upstreamEvent.ts';

export type CanaryOptions = Readonly<{
  policy: (subgraph: string) => SubgraphPolicy;
  clock: Clock;
  /** Chooses for those who are not signed in; from 0 up to, not including, 1. */
  random: () => number;
  log: Logger;
  observe: Observe;
}>;

/**
 * Sends a part of the users to another version of a subgraph, the same users every time, and stops that by itself when
 * the version is worse than the stable one. Stopped is stopped until the configuration is loaded again. The header
 * `X-Canary` chooses for one request; such requests are not counted, or any client could stop a canary.
 */
export const createCanary =
  ({ policy, clock, random, log, observe }: CanaryOptions): WrapperOf =>
  (subgraph) => {
    const settings = policy(subgraph).canary;
    if (settings === null) return null;
    const trial = createTrial(subgraph, settings, { log, observe });

    return (send) => (request, answered) => {
      const { user, canary: forced } = request;
      let giveUp: GiveUp = () => {};
      let over = false;
      const ask = (target: Target): GiveUp => {
        const started = clock.now();
        const count = (failed: boolean) => {
          if (forced === null) trial.add(target, failed, clock.now() - started);
        };
        const giveUpThis = send(target === 'canary' ? trial.toCanary(request) : request, (error, text, response) => {
          if (over) return;
          count(isFailure(error, text, response, trial.settings.errorCodes));
          if (target === 'canary' && forced === null && isRefusal(error)) fallBack();
          else {
            over = true;
            answered(error, text, response);
          }
        });
        return (reason) => {
          if (reason === 'late') count(true);
          giveUpThis(reason);
        };
      };

      /** Nothing was sent to the canary, so even a mutation may go to the stable version now. */
      const fallBack = (): void => {
        observe({ kind: 'canary', subgraph, outcome: 'fell back' });
        try {
          giveUp = ask('stable');
        } catch (thrown) {
          over = true;
          answered(thrown instanceof Error ? thrown : new Error('A request could not be sent.', { cause: thrown }), '');
        }
      };

      const chosen = forced ?? (trial.runs() && shareOf(subgraph, user, random) < trial.settings.weight);
      giveUp = ask(chosen ? 'canary' : 'stable');
      return (reason) => {
        if (over) return;
        over = true;
        giveUp(reason);
      };
    };
  };

/** Compares the two sides as their answers come in. */
const createTrial = (
  subgraph: string,
  settings: CanaryConfig,
  { log, observe }: Pick<CanaryOptions, 'log' | 'observe'>,
) => {
  const url = new URL(settings.url);
  const tallies = { stable: createTally(settings.window), canary: createTally(settings.window) };
  let stopped = false;
  return {
    settings,
    runs: () => !stopped,
    toCanary: (request: UpstreamRequest): UpstreamRequest => ({ ...request, url, target: 'canary' }),
    add: (target: Target, failed: boolean, milliseconds: number): void => {
      tallies[target].add(failed, milliseconds);
      if (stopped || target === 'stable') return;
      const canary = tallies.canary.figures();
      const stable = tallies.stable.figures();
      const reason = judgeCanary(canary, stable, settings);
      if (reason === null) return;
      stopped = true;
      log.error({ subgraph, reason, canary, stable }, 'a canary was stopped: it is worse than the stable version');
      observe({ kind: 'canary', subgraph, outcome: 'stopped' });
    },
  };
};

/** From 0 up to 100. By subgraph, so that not the same people meet every canary. */
const shareOf = (subgraph: string, user: string | null, random: () => number): number => {
  if (user === null) return random() * 100;
  const hash = createHash('sha256').update(`${subgraph}\n${user}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
};

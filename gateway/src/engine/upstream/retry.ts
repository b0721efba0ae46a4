import type { Logger } from '@supergraph/service-kit';
import type { Clock } from './clock.ts';
import { isConnectionError } from './failure.ts';
import { guarded } from './guard.ts';
import { readRetryAfter } from './retryAfter.ts';
import type { WrapperOf } from './perSubgraph.ts';
import type { RetryBudget } from './retryBudget.ts';
import type { GiveUp, Send, UpstreamAnswered, UpstreamRequest, UpstreamResponse } from './send.ts';
import type { RetryConfig, SubgraphPolicy } from './upstreamConfig.ts';
import type { Observe } from './upstreamEvent.ts';

export type RetryOptions = Readonly<{
  policy: (subgraph: string) => SubgraphPolicy;
  budgetOf: (subgraph: string) => RetryBudget;
  clock: Clock;
  /** From 0 up to, not including, 1. */
  random: () => number;
  log: Logger;
  observe: Observe;
}>;

/**
 * Sends a query again when it failed in a way that may pass: the connection broke, or 429, 502, 503 or 504. A mutation
 * is sent once, because nobody knows whether one that was not answered was executed; unless it has one field, which is
 * declared idempotent, and the client gave a key, which then goes along as the header `idempotency-key`.
 */
export const createRetry =
  (options: RetryOptions): WrapperOf =>
  (subgraph) => {
    const settings = options.policy(subgraph).retry;
    const budget = options.budgetOf(subgraph);
    return (send) => (request, answered) => {
      budget.earn();
      const repeatable = settings === null ? null : toRepeatable(request, settings);
      if (settings === null || repeatable === null) return send(request, answered);
      return sendRepeatedly(options, settings, send, repeatable, answered);
    };
  };

/** The first request is nearly always the only one: what others need is made when there is a second. */
const sendRepeatedly = (
  options: RetryOptions,
  settings: RetryConfig,
  send: Send,
  request: UpstreamRequest,
  answered: UpstreamAnswered,
): GiveUp => {
  const startedAt = options.clock.now();
  let over = false;
  let giveUp: GiveUp = send(request, (error, text, response) => {
    if (over) return;
    if (mayPass(error, response)) {
      giveUp = repeat(options, settings, { send, request, answered, startedAt }, error, text, response);
      return;
    }
    over = true;
    answered(error, text, response);
  });
  return (reason) => {
    if (over) return;
    over = true;
    giveUp(reason);
  };
};

type First = Readonly<{ send: Send; request: UpstreamRequest; answered: UpstreamAnswered; startedAt: number }>;

/** Goes on after a first request that failed in a way that may pass. */
const repeat = (
  { budgetOf, clock, random, log, observe }: RetryOptions,
  settings: RetryConfig,
  { send, request, answered, startedAt }: First,
  ...failure: Parameters<UpstreamAnswered>
): GiveUp => {
  const { subgraph } = request;
  const deadline = startedAt + settings.deadlineSeconds * 1000;
  let retries = 0;
  let over = false;
  let giveUp: GiveUp = () => {};
  let cancelPause = () => {};
  let cancelDeadline: (() => void) | null = null;

  const end: UpstreamAnswered = (...outcome) => {
    over = true;
    cancelDeadline?.();
    answered(...outcome);
  };

  /** Milliseconds until the next request; null when there is to be none. */
  const pause = (error: Error | null, response: UpstreamResponse | undefined): number | null => {
    if (retries >= settings.attempts || !mayPass(error, response)) return null;
    const asked = readRetryAfter(response?.retryAfter, clock.date());
    if (asked > settings.maxRetryAfterSeconds * 1000) return null;
    // Full jitter: callers that failed together do not come back together.
    const wait = asked + random() * Math.min(settings.maxMs, settings.baseMs * 2 ** retries);
    if (clock.now() + wait >= deadline) return null;
    const granted = budgetOf(subgraph).spend();
    observe({ kind: 'retry', subgraph, outcome: granted ? 'sent' : 'over budget' });
    return granted ? wait : null;
  };

  const onAnswer: UpstreamAnswered = (error, text, response) => {
    if (over) return;
    const wait = pause(error, response);
    if (wait === null) {
      end(error, text, response);
      return;
    }
    retries += 1;
    giveUp = () => {};
    log.debug({ subgraph, retries, wait, status: response?.status, err: error }, 'a subgraph is asked again');
    cancelDeadline ??= clock.after(
      deadline - clock.now(),
      guarded(request, () => {
        cancelPause();
        giveUp('late');
        end(new Error(`No answer within ${settings.deadlineSeconds} seconds, after ${retries} retries.`), '');
      }),
    );
    cancelPause = clock.after(
      wait,
      guarded(request, () => {
        try {
          giveUp = send(request, onAnswer);
        } catch (thrown) {
          // Nobody above this timer would catch it.
          end(thrown instanceof Error ? thrown : new Error('A request could not be sent.', { cause: thrown }), '');
        }
      }),
    );
  };

  onAnswer(...failure);
  return (reason) => {
    if (over) return;
    over = true;
    cancelPause();
    cancelDeadline?.();
    giveUp(reason);
  };
};

const passingStatuses = new Set([429, 502, 503, 504]);

const mayPass = (error: Error | null, response: UpstreamResponse | undefined): boolean =>
  error === null ? response !== undefined && passingStatuses.has(response.status) : isConnectionError(error);

/** A key is the client's text, and a header holds only these characters; 255 is what subgraphs must be ready for. */
const headerSafe = /^[\x21-\x7e]{1,255}$/;

/** The request as it may be sent more than once; null when it may not. */
const toRepeatable = (request: UpstreamRequest, { idempotentMutations }: RetryConfig): UpstreamRequest | null => {
  if (request.kind === 'query') return request;
  const { fields = [], idempotencyKey = null } = request.mutation ?? {};
  if (request.kind !== 'mutation' || idempotencyKey === null || !headerSafe.test(idempotencyKey)) return null;
  // One key cannot stand for two effects: their subgraph would take the second for a repetition of the first.
  const [field] = fields;
  if (field === undefined || fields.length > 1 || !idempotentMutations.includes(field)) return null;
  return { ...request, headers: { ...request.headers, 'idempotency-key': idempotencyKey } };
};

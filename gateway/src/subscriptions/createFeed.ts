import type { GraphQLFormattedError } from 'graphql';
import type { Budget } from './createBudget.ts';
import { createHistory } from './createHistory.ts';
import { createFeedEvent, type FeedEvent, type Rendered } from './feedEvent.ts';
import type { UpstreamResult, UpstreamSink } from './createUpstream.ts';
import type { UpstreamError } from '../upstream/graphqlAnswer.ts';

/** Somebody who gets everything a feed delivers. Neither call may throw or wait. */
export type Listener = Readonly<{
  next: (event: FeedEvent) => void;
  /** Nothing follows: errors when it failed, null when the subgraph completed it. */
  end: (errors: readonly GraphQLFormattedError[] | null) => void;
}>;

/** What a feed does that depends on the supergraph; replaced when that changes. */
export type FeedPlan = Readonly<{
  /** Subscribes at the subgraph. @returns how to end it */
  connect: (from: FeedStart, sink: UpstreamSink) => () => void;
  /** Runs the rest of the plan for events that came together; one result for each, in their order. Never rejects. */
  render: (results: readonly UpstreamResult[]) => Promise<readonly Rendered[]>;
}>;

export type FeedStart = Readonly<{ cursor: string | null; snapshot: boolean }>;

export type FeedOptions = Readonly<{
  plan: FeedPlan;
  start: FeedStart;
  /** How many events are remembered for clients that come back. */
  remember: number;
  /** How much of memory the events take that all feeds remember. */
  memory: Budget;
  /** How many events may wait to be rendered. */
  queueCapacity: number;
  /** How long a subgraph that is away is tried again before clients are told. */
  resumeForMs: number;
  backOff: (n: number) => number;
  now: () => number;
  /** After each delivery. */
  onProgress: () => void;
  /** Once, when it is over for whatever reason. */
  onEnd: () => void;
}>;

/** One subscription at a subgraph, with everybody who shares it. */
export type Feed = Readonly<{
  /**
   * Adds a listener: from now on, or from right after a cursor, whose successors are then delivered at once.
   *
   * @returns false when the feed cannot serve this: it does not remember the cursor, or is not live yet
   */
  attach: (listener: Listener, after: string | null) => boolean;
  /** The feed ends with its last listener. */
  detach: (listener: Listener) => void;
  /** Hands all its listeners to another feed, if that one remembers this one's place; then it ends. */
  moveTo: (other: Feed) => boolean;
  isLive: () => boolean;
  cursor: () => string | null;
  /**
   * Goes on with another plan, for what is not being rendered yet; with a new subscription at the subgraph where
   * `reconnect` says so, since what came from the one before does not fit the plan then.
   */
  replan: (plan: FeedPlan, reconnect: boolean) => void;
  /** Ends it for everybody, with errors that are given the cursor to resume from. */
  end: (errors: readonly GraphQLFormattedError[] | null) => void;
}>;

/** Events that are rendered at the same time, so that what they fetch is fetched together. */
const burst = 64;

/** With more listeners than this, events are delivered one by one, each in a turn of the event loop of its own. */
const manyListeners = 100;

/**
 * Makes a feed and subscribes at the subgraph. While a subgraph that knows places is away, the feed tries it again and
 * goes on where it was, unseen by the listeners; one that knows none ends them, because events in between are lost.
 */
export const createFeed = (options: FeedOptions): Feed => {
  const { start, backOff, now } = options;
  const listeners = new Set<Listener>();
  const history = createHistory({ begin: start.cursor, limit: options.remember, memory: options.memory });
  const queue: { result: UpstreamResult; plan: FeedPlan }[] = [];
  let { plan } = options;
  /** The place of the last event that was delivered, of the last one that is rendered, and of the last one received. */
  let delivered = start.cursor;
  let taken = start.cursor;
  let received = start.cursor;
  let live = start.cursor === null && !start.snapshot;
  let resumable: boolean | null = null;
  let leave: () => void = () => {};
  let generation = 0;
  let failures = 0;
  let failingSince: number | null = null;
  let retry: NodeJS.Timeout | undefined;
  let rendering = false;
  let paused = false;
  let closing: { errors: readonly GraphQLFormattedError[] | null } | null = null;
  let ended = false;

  const end: Feed['end'] = (errors) => {
    if (ended) return;
    ended = true;
    clearTimeout(retry);
    leave();
    history.clear();
    const told = errors?.map((error) => withPlace(error, delivered));
    const everybody = [...listeners];
    listeners.clear();
    options.onEnd();
    for (const listener of everybody) listener.end(told ?? null);
  };

  const endAfterQueue = (errors: readonly GraphQLFormattedError[] | null): void => {
    leave();
    closing = { errors };
    if (queue.length === 0 && !rendering) end(errors);
  };

  const connect = (): void => {
    const mine = (generation += 1);
    const from = { cursor: received, snapshot: start.snapshot && received === null };
    let isFirst = true;
    leave = plan.connect(from, {
      next: (result) => {
        if (mine !== generation || ended || closing) return;
        failures = 0;
        failingSince = null;
        const { answer, cursor, snapshot } = result;
        if (answer.data === undefined && answer.errors && cursor === null) return endAfterQueue(answer.errors);
        if (isFirst && from.cursor !== null && cursor === null) return endAfterQueue([notResumable]);
        isFirst = false;
        if (cursor !== null) [received, resumable] = [cursor, true];
        else if (!snapshot) resumable ??= false;
        queue.push({ result, plan });
        if (queue.length >= options.queueCapacity) overflow();
        void pump();
      },
      error: (errors) => {
        if (mine !== generation || ended || closing) return;
        if (received === null || resumable === false || !isPassing(errors)) return endAfterQueue(errors);
        failingSince ??= now();
        if (now() - failingSince > options.resumeForMs) return endAfterQueue(errors);
        retry = setTimeout(connect, backOff(failures));
        failures += 1;
      },
      complete: () => {
        if (mine === generation && !ended) endAfterQueue(null);
      },
    });
  };

  /** Nothing is lost: it is taken up again at its place once there is room. */
  const overflow = (): void => {
    if (resumable !== true) return endAfterQueue([overflowed]);
    generation += 1;
    leave();
    paused = true;
  };

  const deliver = (event: FeedEvent): void => {
    if (event.cursor !== null) delivered = event.cursor;
    if (event.place) live = true;
    history.add(event);
    for (const listener of listeners) listener.next(event);
  };

  const pump = async (): Promise<void> => {
    if (rendering) return;
    rendering = true;
    while (queue.length > 0 && !ended) {
      const same = queue[0]?.plan;
      const upTo = queue.findIndex((item) => item.plan !== same);
      const batch = queue.splice(0, Math.min(burst, upTo < 0 ? queue.length : upTo)).map(({ result }) => result);
      taken = batch.findLast(({ cursor }) => cursor !== null)?.cursor ?? taken;
      const rendered = (await same?.render(batch)) ?? [];
      for (const [index, { cursor, live: place, snapshot }] of batch.entries()) {
        if (ended) return;
        deliver(createFeedEvent(rendered[index] ?? {}, { cursor, place, snapshot }));
        // What was written to many sockets leaves before more is written, instead of piling up in memory.
        if (listeners.size > manyListeners) await new Promise(setImmediate);
      }
      if (!ended) options.onProgress();
    }
    rendering = false;
    if (ended) return;
    if (closing) return end(closing.errors);
    if (paused) {
      paused = false;
      connect();
    }
  };

  const attach: Feed['attach'] = (listener, after) => {
    if (ended || closing) return false;
    if (after !== null) {
      const missed = after === delivered ? [] : history.since(after);
      if (missed === null) return false;
      listeners.add(listener);
      for (const event of missed) if (listeners.has(listener)) listener.next(event);
      return true;
    }
    if (!live) return false;
    listeners.add(listener);
    if (delivered !== null) listener.next(createFeedEvent({}, { cursor: delivered, place: true }));
    else if (resumable === false) listener.next(createFeedEvent({}, { cursor: null, place: true }));
    return true;
  };

  const feed: Feed = {
    attach: (listener, after) => {
      // The first one is who it was made for, wherever it begins.
      if (generation > 0) return attach(listener, after);
      listeners.add(listener);
      connect();
      return true;
    },
    detach: (listener) => {
      if (listeners.delete(listener) && listeners.size === 0) end(null);
    },
    moveTo: (other) => {
      if (ended || delivered === null) return false;
      for (const listener of [...listeners]) {
        if (!other.attach(listener, delivered)) return false;
        listeners.delete(listener);
      }
      end(null);
      return true;
    },
    isLive: () => live,
    cursor: () => delivered,
    replan: (next, reconnect) => {
      plan = next;
      // What is remembered was rendered for another schema.
      history.clear();
      if (!reconnect) {
        for (const item of queue) item.plan = next;
        return;
      }
      if (ended || closing) return;
      if (resumable === false) return endAfterQueue([notResumable]);
      // Without a place, what happens before it is subscribed anew is missed: a snapshot is had whole or not at all, and
      // before the first event nobody knows whether the subgraph knows places.
      if (taken === null) return endAfterQueue([start.snapshot ? interrupted : notResumable]);
      clearTimeout(retry);
      leave();
      // What waits is asked for again, by the new plan.
      queue.length = 0;
      received = taken;
      paused = false;
      connect();
    },
    end,
  };
  return feed;
};

/** Says where to go on, but in the refusal of that very place. */
const withPlace = (error: GraphQLFormattedError, cursor: string | null): GraphQLFormattedError =>
  cursor === null || placeRefused.has(String(error.extensions?.['code']))
    ? error
    : { ...error, extensions: { ...error.extensions, cursor } };

const placeRefused = new Set([
  'SUBSCRIPTION_CURSOR_EXPIRED',
  'SUBSCRIPTION_CURSOR_INVALID',
  'SUBSCRIPTION_NOT_RESUMABLE',
]);

/** Whether it may be over soon: the subgraph is away, or took this reader for too slow. */
const isPassing = (errors: readonly UpstreamError[]): boolean =>
  errors.every(({ extensions }) => extensions['category'] === 'UNAVAILABLE');

const known = (message: string, code: string, category: string, more = {}): UpstreamError => ({
  message,
  extensions: { code, category, ...more },
});

const notResumable = known('This subscription cannot be resumed.', 'SUBSCRIPTION_NOT_RESUMABLE', 'INVALID', {
  snapshot: true,
});
const interrupted = known('The subscription was interrupted; ask for it again.', 'SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE');
const overflowed = known('Events arrive faster than they can be delivered.', 'SUBSCRIPTION_OVERFLOW', 'UNAVAILABLE');

/** What clients are told when a new supergraph no longer has what they subscribed to. */
export const schemaChanged = known(
  'The schema has changed; this subscription does not fit it any longer.',
  'SUBSCRIPTION_SCHEMA_CHANGED',
  'INVALID',
);

import type { QueryPlan } from '@apollo/query-planner';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { PlanError, PlanTimeoutError } from './plan.ts';

/** `@apollo/query-planner` on a thread of its own: it takes long, and other requests must not wait for it. */
export type ApolloThread = Readonly<{
  /** @throws PlanError when it cannot plan the operation, a PlanTimeoutError in time; Error when the thread is gone */
  plan: (query: string, overrides: readonly (readonly [label: string, isOn: boolean])[]) => Promise<QueryPlan>;
  close: () => Promise<void>;
}>;

type Question = Readonly<{ id: number; query: string; overrides: readonly (readonly [string, boolean])[] }>;
type Reply = Readonly<{ id: number } & ({ plan: QueryPlan } | { problem: string })>;
type Waiting = Readonly<{
  question: Question;
  resolve: (plan: QueryPlan) => void;
  reject: (error: Error) => void;
}>;

/**
 * The thread is started with the first question. One that ended is replaced at the next.
 *
 * @param mostMs how long one operation may take: there are some that the planner would be busy with for ever, and others
 * must not wait behind them
 */
export const createApolloThread = (supergraphSdl: string, mostMs: number): ApolloThread => {
  /** In the order in which they are answered: the first is under way. */
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let count = 0;
  let fuse: NodeJS.Timeout | undefined;

  /** From now on the first of those that wait has its time. */
  const watch = (): void => {
    clearTimeout(fuse);
    fuse = waiting.size === 0 ? undefined : setTimeout(giveUp, mostMs).unref();
  };

  const giveUp = (): void => {
    const stuck = worker;
    worker = undefined;
    stuck?.terminate().catch(() => undefined);
    const [first, ...others] = waiting.values();
    waiting.clear();
    first?.reject(new PlanTimeoutError(`The operation could not be planned within ${mostMs} ms.`));
    for (const one of others) ask(one);
  };

  const ask = (one: Waiting): void => {
    worker ??= start();
    waiting.set(one.question.id, one);
    worker.ref();
    worker.postMessage(one.question);
  };

  const start = (): Worker => {
    const { resolve } = createRequire(import.meta.url);
    const started = new Worker(`(${main.toString()})(require)`, {
      eval: true,
      workerData: {
        supergraphSdl,
        modules: ['@apollo/federation-internals', '@apollo/query-planner', 'graphql'].map((name) => resolve(name)),
      },
    });
    // Nobody has to wait for a planner that has nothing to do.
    started.unref();
    started.on('message', (reply: Reply | 'ready') => {
      if (worker !== started) return;
      if (reply === 'ready') return watch();
      const asked = waiting.get(reply.id);
      waiting.delete(reply.id);
      watch();
      if (waiting.size === 0) started.unref();
      if ('plan' in reply) asked?.resolve(reply.plan);
      else asked?.reject(new PlanError(reply.problem));
    });
    const gone = (error: Error): void => {
      if (worker !== started) return;
      worker = undefined;
      clearTimeout(fuse);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.on('error', (error: unknown) => gone(new Error('The planner ended.', { cause: error })));
    started.on('exit', () => gone(new Error('The planner ended.')));
    return started;
  };

  return {
    plan: (query, overrides) =>
      new Promise((resolve, reject) => {
        const isIdle = waiting.size === 0 && worker !== undefined;
        ask({ question: { id: (count += 1), query, overrides }, resolve, reject });
        if (isIdle) watch();
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
};

/** What the thread runs: only its text gets there, so it refers to nothing around it. */
const main = (load: NodeJS.Require): void => {
  const { parentPort, workerData } = load('node:worker_threads') as typeof import('node:worker_threads');
  const { supergraphSdl, modules } = workerData as {
    supergraphSdl: string;
    modules: [string, string, string];
  };
  const { Supergraph, operationFromDocument } = load(modules[0]) as typeof import('@apollo/federation-internals');
  const { QueryPlanner } = load(modules[1]) as typeof import('@apollo/query-planner');
  const { parse } = load(modules[2]) as typeof import('graphql');
  // Whether its features are supported was decided when it was loaded.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null });
  const planner = new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } });
  const apiSchema = supergraph.apiSchema();
  parentPort?.on('message', ({ id, query, overrides }: Question) => {
    let reply: Reply;
    try {
      const operation = operationFromDocument(apiSchema, parse(query));
      const plan = planner.buildQueryPlan(operation, { overrideConditions: new Map(overrides) });
      // As JSON, which is all that a plan is; what is undefined is left out.
      reply = { id, plan: JSON.parse(JSON.stringify(plan)) as QueryPlan };
    } catch (error) {
      reply = { id, problem: `The operation could not be planned: ${String(error)}` };
    }
    parentPort?.postMessage(reply);
  });
  parentPort?.postMessage('ready');
};

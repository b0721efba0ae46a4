import { logOf } from '../../requestContext.ts';
import { startWaiting, stopWaiting } from '../../http/upstreamClock.ts';
import { unavailable } from '../../upstream/createSubgraphSource.ts';
import { createGathered, type Gathered } from '../compile/compileGather.ts';
import type { Step } from '../compile/compileSteps.ts';
import { jsonText } from '../compile/values.ts';
import { Fault } from '../upstream/guard.ts';
import type { UpstreamRequest } from '../upstream/send.ts';
import { arrivalOf, type Arrival } from './arrival.ts';
import { recallStep, rememberStep, type Left } from './recollect.ts';
import type { Run } from './run.ts';
import { noteFailure, takeAnswer } from './takeAnswer.ts';
import { viewerKey } from './viewerKey.ts';

/**
 * Sends each request as soon as what it reads is there.
 *
 * @param finished told of each step that is over, before those that follow it begin
 * @returns rejected when the client is gone, or for a mistake of ours
 */
export const runSteps = (run: Run, steps: readonly Step[], finished?: (step: Step) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const { cancellation } = run;
    const waitsFor = steps.map(({ after }) => after.length);
    const followers = followersOf(steps);
    const giveUps: (() => void)[] = [];
    const unanswered: number[] = [];
    let left = steps.length;
    let failed = false;
    let stopListening = () => {};

    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      stopListening();
      for (const giveUp of giveUps) giveUp();
      reject(error instanceof Error ? error : new Error('A step failed.', { cause: error }));
    };
    const onCancel = () => fail(new Error('The client is gone.'));

    const done = (index: number): void => {
      left -= 1;
      const step = steps[index];
      if (step !== undefined) finished?.(step);
      if (left === 0) {
        stopListening();
        resolve();
        return;
      }
      for (const follower of followers[index] ?? []) {
        const count = (waitsFor[follower] ?? 0) - 1;
        waitsFor[follower] = count;
        if (count === 0) start(follower);
      }
    };

    const start = (index: number): void => {
      const step = steps[index];
      if (step === undefined || failed) return;
      try {
        const { keeping } = step;
        const requests = prepare(run, step);
        const [only] = requests;
        if (keeping === null || only === undefined) {
          ask(index, step, requests);
          return;
        }
        const left = recallStep(run, step, keeping, only.gathered);
        if (left instanceof Promise) left.then((there) => askLeft(index, step, only, there)).catch(fail);
        else askLeft(index, step, only, left);
      } catch (error) {
        fail(error);
      }
    };

    const ask = (index: number, step: Step, requests: readonly Prepared[]): void => {
      unanswered[index] = requests.length;
      if (requests.length === 0) done(index);
      for (const request of requests) {
        const headers = run.options.headersOf(run.context, step.subgraph);
        if (headers instanceof Promise) headers.then((made) => send(index, step, request, made)).catch(fail);
        else send(index, step, request, headers);
      }
    };

    /** Asks about what is not known. */
    const askLeft = (index: number, step: Step, whole: Prepared, left: Left): void => {
      if (failed) return;
      if (left === whole.gathered) ask(index, step, [whole]);
      else ask(index, step, left === null ? none : [{ body: bodyOf(run, step, left), gathered: left }]);
    };

    const send = (index: number, step: Step, { body, gathered }: Prepared, headers: Record<string, string>): void => {
      if (failed) return;
      const { options, context } = run;
      const url = options.urlOf(step.subgraph);
      if (url === undefined) throw new Error(`There is no subgraph ${step.subgraph}.`);
      const { principal } = context;
      // Every request has every member: what reads them all knows one shape.
      const outgoing: UpstreamRequest = {
        subgraph: step.subgraph,
        kind: step.kind,
        url,
        headers,
        body,
        user: principal.kind === 'user' ? principal.id : null,
        canary: context.canary,
        mutation:
          step.kind === 'mutation'
            ? { fields: run.operation.effects, idempotencyKey: context.idempotencyKey }
            : undefined,
        target: undefined,
        failed: undefined,
      };
      const arrived = (arrival: Arrival): void => {
        if (failed) return;
        try {
          stopWaiting(context.upstream);
          const { error, answer } = arrival;
          if (error instanceof Fault) throw error.cause;
          if (answer === undefined) {
            logOf(context).warn(
              { subgraph: step.subgraph, url: url.href, err: error },
              error === null ? 'a subgraph did not answer with GraphQL' : 'a subgraph could not be asked',
            );
            noteFailure(run, step, gathered, unavailable(step.subgraph, error));
          } else {
            run.escapes ||= arrival.escapes;
            // An escape in ASCII may stand for anything.
            run.ascii &&= arrival.ascii && !arrival.escapes;
            if (keeping !== null && stamp) rememberStep(run, { step, keeping, gathered, stamp }, arrival, answer);
            takeAnswer(run, step, gathered, arrival, answer);
          }
          unanswered[index] = (unanswered[index] ?? 0) - 1;
          if (unanswered[index] === 0) done(index);
        } catch (problem) {
          fail(problem);
        }
      };
      // Before it is sent: what changes while it is under way is not taken for known.
      const { keeping } = step;
      const stamp = keeping === null ? null : options.entities?.stamp();
      startWaiting(context.upstream);
      // What follows a mutation must see its effect: it never waits for an answer that was asked for before.
      giveUps.push(
        options.share !== null && run.operation.kind === 'query'
          ? options.share.send(keyOf(run, step.subgraph, body), outgoing, arrived)
          : options.send(outgoing, (error, text, response) => arrived(arrivalOf(error, text, response, false))),
      );
    };

    if (cancellation?.cancelled) {
      onCancel();
      return;
    }
    if (cancellation !== null) stopListening = cancellation.onCancel(onCancel);
    if (left === 0) resolve();
    steps.forEach(({ after }, index) => {
      if (after.length === 0) start(index);
    });
  });

const known = new WeakMap<readonly Step[], readonly (readonly number[])[]>();

/** For each step those that wait for it: worked out once for the steps of a compiled operation. */
const followersOf = (steps: readonly Step[]): readonly (readonly number[])[] => {
  const there = known.get(steps);
  if (there !== undefined) return there;
  const followers = steps.map((_, index) =>
    steps.flatMap(({ after }, follower) => (after.includes(index) ? [follower] : [])),
  );
  known.set(steps, followers);
  return followers;
};

type Prepared = { body: string; gathered: readonly Gathered[] };

/** Writes a step's requests: one, or none when there is nothing to ask, or one for each of several contexts. */
const prepare = (run: Run, step: Step): readonly Prepared[] => {
  for (const { variable, holds } of step.conditions) if ((run.variables[variable] === true) !== holds) return none;
  const [group] = step.groups ?? [];
  if (group?.batches) {
    return group.batches(run.data).map(({ variablesText, gathered }) => {
      const start = `${step.bodyStart}${group.variableStart}[${gathered.texts.join(',')}],${variablesText}`;
      return { body: withVariables(run, step, start, ','), gathered: [gathered] };
    });
  }
  if (step.groups === null) return [{ body: withVariables(run, step, step.bodyStart, ''), gathered: [] }];
  const gathered: Gathered[] = [];
  let count = 0;
  for (const group of step.groups) {
    const one = createGathered();
    group.gather(run.data, one);
    gathered.push(one);
    count += one.texts.length;
  }
  return count === 0 ? none : [{ body: bodyOf(run, step, gathered), gathered }];
};

/** The body of a request about entities. */
const bodyOf = (run: Run, step: Step, gathered: readonly Gathered[]): string => {
  let body = step.bodyStart;
  let comma = '';
  step.groups?.forEach(({ variableStart }, index) => {
    body += `${comma}${variableStart}[${gathered[index]?.texts.join(',') ?? ''}]`;
    comma = ',';
  });
  return withVariables(run, step, body, comma);
};

const none: readonly Prepared[] = [];

/** The body with the client's variables, and its end. */
const withVariables = (run: Run, step: Step, start: string, separator: string): string => {
  let body = start;
  let comma = separator;
  for (const { name, start } of step.variables) {
    const value = run.variables[name];
    if (value === undefined) continue;
    let text = run.texts?.get(name);
    if (text === undefined) (run.texts ??= new Map()).set(name, (text = jsonText(value)));
    body += comma + start + text;
    comma = ',';
  }
  return `${body}}}`;
};

const keyOf = (run: Run, subgraph: string, body: string): string => {
  run.viewer ??= viewerKey(run.context);
  return `${subgraph}\n${run.viewer}\n${body}`;
};

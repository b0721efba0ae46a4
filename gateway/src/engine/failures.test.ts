import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { anonymous } from '@supergraph/auth';
import { createLogger } from '@supergraph/service-kit';
import type { z } from 'zod';
import {
  answers,
  failsWith,
  hangs,
  startMisbehaving,
  type Behaviour,
  type Misbehaving,
} from '../../test/upstream/startMisbehaving.ts';
import { composed } from '../../test/startTestGateway.ts';
import { authorizationConfig } from '../authorization/authorizationConfig.ts';
import type { Engine } from '../createEngine.ts';
import { createFormatError } from '../formatError.ts';
import { createRequestContext, type RequestContext } from '../requestContext.ts';
import { limitsConfig } from '../limits/limitsConfig.ts';
import { noSteps } from '../steps.ts';
import type { CompiledOperation } from './compile/compileOperation.ts';
import { createCompiledEngine, type CompiledEngineOptions } from './createCompiledEngine.ts';
import { createRun } from './createRun.ts';
import { createExecute } from './execute/execute.ts';
import { createTransport } from './execute/transport.ts';
import type { Planner } from './planner/plan.ts';
import { createOperations } from './createOperations.ts';
import { createResilience } from './upstream/createResilience.ts';
import { createGuard } from './upstream/guard.ts';
import type { Send } from './upstream/send.ts';
import { upstreamConfig } from './upstream/upstreamConfig.ts';
import type { UpstreamEvent } from './upstream/upstreamEvent.ts';

const secret = 'a secret of ours';
const bug = (): never => {
  throw new TypeError(secret);
};

const fine = answers({ data: { stock: 5 } });
const lines: string[] = [];
const log = createLogger({
  service: 'gateway',
  level: 'info',
  to: { write: (line: string) => void lines.push(line) },
});
const formatError = createFormatError(log);
const context = (): RequestContext =>
  createRequestContext({
    headers: {},
    principal: anonymous,
    clientAddress: '127.0.0.1',
    propagate: [],
    log,
    requestId: 'r1',
  });

/** What nobody caught would end the process. */
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);
let subgraph: Misbehaving;
const engines: Engine[] = [];
const transport = createTransport({
  connection: () => upstreamConfig.parse({}).connection,
  connectSeconds: 30,
  timeoutSeconds: 60,
});

beforeAll(() => {
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
});
afterAll(async () => {
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
  await transport.close();
});
beforeEach(async () => {
  lines.length = 0;
  subgraph = await startMisbehaving(fine);
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map(({ stop }) => stop()));
  await subgraph.close();
  expect(uncaught).toEqual([]);
});

const start = async (more: Partial<CompiledEngineOptions> = {}): Promise<Engine> => {
  const engine = await createCompiledEngine({
    supergraphSdl: composed({ stock: { url: subgraph.url.href, sdl: 'type Query { stock: Int }' } }),
    introspection: true,
    routingUrl: (_, url) => url,
    formatError,
    log,
    headersOf: async () => ({ 'content-type': 'application/json' }),
    transport,
    share: { fetches: true, requests: true },
    upstream: (send) => send,
    steps: noSteps,
    limits: limitsConfig.parse({}),
    cost: { listSize: 10 },
    cache: null,
    authorization: authorizationConfig.parse({}),
    ...more,
  });
  engines.push(engine);
  return engine;
};

/** A coded error without a word of what happened, and an id under which the log has it. */
const expectMasked = (answer: unknown): void => {
  expect(answer).toEqual({
    errors: [
      {
        message: 'Something went wrong on our side.',
        extensions: { code: 'INTERNAL_SERVER_ERROR', category: 'INTERNAL', errorId: expect.any(String) },
      },
    ],
  });
  const { errorId } = (answer as { errors: [{ extensions: { errorId: string } }] }).errors[0].extensions;
  expect(lines.find((line) => line.includes(errorId))).toContain(secret);
};
const ask = (engine: Engine) => engine.execute({ query: '{ stock }' }, context());

/** Wrong once, then as it should be: what fails must leave nothing behind. */
const once = <Args extends readonly unknown[], Result>(right: (...args: Args) => Result) => {
  let broken = true;
  return (...args: Args): Result => {
    if (!broken) return right(...args);
    broken = false;
    return bug();
  };
};

describe('a bug of ours fails its request with an id that is in the log, and nothing else', () => {
  test.each<[string, () => Partial<CompiledEngineOptions>]>([
    ['where headers are made', () => ({ headersOf: once(async () => ({})) })],
    [
      'where headers are made, later',
      () => {
        const make = once(() => ({}));
        return { headersOf: () => Promise.resolve().then(make) };
      },
    ],
    ['where a request is charged for', () => ({ steps: { ...noSteps, charge: once(() => null) } })],
    [
      'where an answer is cached',
      () => ({ steps: { ...noSteps, respond: once((_ready, _context, execute) => execute()) } }),
    ],
    ['where a request is sent', () => ({ upstream: (send) => once(send) })],
    [
      'where an answer arrives, on a socket',
      () => {
        const take = once<[() => void], void>((call) => call());
        const wrap =
          (send: Send): Send =>
          (request, answered) =>
            send(request, (error, text, response) => take(() => answered(error, text, response)));
        return { upstream: wrap };
      },
    ],
  ])('%s', async (_, faulty) => {
    const engine = await start(faulty());
    expectMasked(await ask(engine));
    expect(await ask(engine)).toEqual({ data: { stock: 5 } });
  });

  test.each<[UpstreamEvent['kind'], Behaviour, z.input<typeof upstreamConfig>]>([
    ['retry', failsWith(503), { retry: { baseMs: 1 } }],
    ['hedge', hangs, { hedge: { enabled: true, delay: 5 } }],
    ['circuit', failsWith(500), { circuitBreaker: { consecutiveFailures: 1 } }],
  ])('where a wrapper tells of a %s, on a socket or a timer', async (kind, behaviour, config) => {
    const observe = once<[UpstreamEvent], void>(() => {});
    const upstream = createResilience({
      config: upstreamConfig.parse(config),
      log,
      observe: (event) => {
        if (event.kind === kind) observe(event);
      },
    });
    const engine = await start({ upstream });
    subgraph.become(behaviour);
    expectMasked(await ask(engine));
  });

  test('for everybody who waits for the same, and it is logged once', async () => {
    const engine = await start({ headersOf: once(async () => ({})) });
    const all = await Promise.all([ask(engine), ask(engine), ask(engine)]);
    for (const answer of all) expectMasked(answer);
    expect(lines.filter((line) => line.includes('unexpected error'))).toHaveLength(1);
  });
});

describe('a bug in compiled code', () => {
  const operation = (more: Partial<CompiledOperation>): CompiledOperation =>
    ({ kind: 'query', effects: [], stages: [], introspect: null, write: () => bug(), keys: {}, ...more }) as never;
  const step = (more: object) => ({
    subgraph: 'stock',
    kind: 'query',
    after: [],
    conditions: [],
    variables: [],
    bodyStart: '{"query":"{ stock }","variables":{',
    groups: null,
    root: { rewrite: null, merge: bug },
    ...more,
  });
  const group = { gather: bug, variableStart: '"r":', key: '_entities', rewrite: null, merge: bug, nested: false };

  const run = (compiled: CompiledOperation) => {
    const send = createGuard(log)(transport.send);
    const execute = createExecute({
      types: { get: () => undefined } as never,
      urlOf: () => subgraph.url,
      headersOf: async () => ({}),
      send,
      share: null,
      entities: null,
      formatError,
    });
    const answer = createRun({ execute, sharing: null, forget: () => {}, formatError });
    const prepared = { id: 1, operation: { operation: 'query' }, coerce: bug, compiled: () => compiled } as never;
    return answer(
      { request: { query: '', variables: {} }, prepared, variables: {}, cost: 1, access: null },
      context(),
      null,
    );
  };

  test.each<[string, CompiledOperation]>([
    ['where representations are gathered', operation({ stages: [[step({ groups: [group] })]] as never })],
    ['where an answer is rewritten', operation({ stages: [[step({ root: { rewrite: bug, merge: bug } })]] as never })],
    ['where an answer is merged', operation({ stages: [[step({})]] as never })],
    ['where the answer is written', operation({})],
    ['where introspection is answered', operation({ introspect: bug })],
  ])('%s fails the request', async (_, compiled) => {
    const { status, body } = await run(compiled);
    expect(status).toBe(500);
    expectMasked(JSON.parse(body.toString()));
  });

  test('leaves no request to a subgraph behind', async () => {
    subgraph.become(hangs);
    const stages = [[step({}), step({ groups: [group] })]] as never;
    expect((await run(operation({ stages }))).status).toBe(500);
  });
});

test.each<[string, Planner['plan']]>([
  ['a planner that throws', bug],
  ['a plan with a node that nobody knows', async () => ({ node: { kind: 'Mystery' } }) as never],
])('%s fails the request, and the next one is planned anew', async (_, plan) => {
  const engine = await start();
  const planner: Planner = { overridePercentages: [], plan, close: async () => {} };
  const operations = createOperations({
    schema: engine.schema,
    types: { get: () => undefined } as never,
    planner,
    introspection: true,
    limits: limitsConfig.parse({}),
    compileCost: () => () => 1,
    compileAccess: null,
    cache: null,
  });
  const prepared = operations.prepare('{ stock }', undefined);
  if ('errors' in prepared) throw new Error('not valid');
  const answer = createRun({ execute: async () => bug(), sharing: null, forget: () => {}, formatError });
  for (let turn = 0; turn < 2; turn++) {
    const { status, body } = await answer(
      { request: { query: '', variables: {} }, prepared, variables: {}, cost: 1, access: null },
      context(),
      null,
    );
    expect(status).toBe(500);
    expect(JSON.parse(body.toString())).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
  }
});

describe('the guard', () => {
  const request = { subgraph: 'stock', kind: 'query', headers: {}, body: '', user: null, canary: null } as const;

  test('logs that a request could not be given up, and throws nothing at whoever gives it up', () => {
    const send = createGuard(log)(() => bug);
    send({ ...request, url: subgraph.url }, () => {})();
    expect(lines.join('')).toContain('a request to a subgraph could not be given up');
  });

  test('lets a request be answered once, whatever the wrappers do', () => {
    const heard: string[] = [];
    const send = createGuard(log)((_, answered) => {
      answered(null, 'first');
      answered(null, 'second');
      return () => {};
    });
    send({ ...request, url: subgraph.url }, (_error, text) => heard.push(text))();
    expect(heard).toEqual(['first']);
  });
});

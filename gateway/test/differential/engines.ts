import { anonymous, type Principal } from '@supergraph/auth';
import { createLogger } from '@supergraph/service-kit';
import { authorizationConfig, type AuthorizationConfig } from '../../src/authorization/authorizationConfig.ts';
import { fastify } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { Readable } from 'node:stream';
import { createCancellation } from '../../src/engine/execute/cancellation.ts';
import type { HttpRequest } from '../../src/http/httpExchange.ts';
import { mergeParts } from './mergeParts.ts';
import { createRandom } from './random.ts';
import { createEngine, type ApolloEngine, type EngineOptions } from '../../src/createEngine.ts';
import { createCompiledEngine, type EngineCache } from '../../src/engine/createCompiledEngine.ts';
import { createFormatError } from '../../src/formatError.ts';
import { limitsConfig } from '../../src/limits/limitsConfig.ts';
import type { Transport } from '../../src/engine/execute/transport.ts';
import { createRequestContext } from '../../src/requestContext.ts';
import { parseGraphQLAnswer } from '../../src/upstream/graphqlAnswer.ts';
import { noSteps } from '../../src/steps.ts';
import type { Answer, Execute, Federation } from './createFederation.ts';

/** An engine whose subgraphs are functions: nothing of it is replaced but the wire. */
export type EngineUnderTest = Readonly<{
  /** Its own, whatever other engines the supergraph has. */
  schema: GraphQLSchema;
  ask: Execute;
  /** As somebody else than nobody. */
  askAs: (principal: Principal) => Execute;
  /** As a client that takes an answer in parts; what they say together, and how many there were. */
  askInParts: (...operation: Parameters<Execute>) => Promise<Answer & { parts: number; nulled: boolean }>;
  /** Subscribes and takes an event, several times as if they came together: the answer to each. */
  askForEvents: (...operation: [...Parameters<Execute>, count: number]) => Promise<readonly Answer[]>;
  stop: () => Promise<void>;
}>;

/**
 * Starts one of the gateway's engines on a federation.
 *
 * @param logLevel `error` to see on the terminal why an operation failed
 */
export const startEngine = async (
  name: 'apollo' | 'compiled',
  federation: Federation,
  logLevel: 'silent' | 'error' = 'silent',
  authorization: AuthorizationConfig = authorizationConfig.parse({}),
  cache: EngineCache | null = null,
): Promise<EngineUnderTest> => {
  const log = createLogger({ service: 'gateway', level: logLevel });
  const options: EngineOptions = {
    supergraphSdl: federation.supergraphSdl,
    introspection: true,
    limits: limitsConfig.parse({ bodyBytes: 1_000_000, aliases: 10_000, cost: 1e12, planningSeconds: 30 }),
    sourceOf: (subgraph) => ({
      process: async ({ request: { query, variables } }) =>
        JSON.parse(await federation.ask(subgraph, JSON.stringify({ query, variables }))) as object,
    }),
    routingUrl: (_subgraph, url) => url,
    formatError: createFormatError(log),
    log,
  };
  const compiled =
    name === 'apollo'
      ? null
      : await createCompiledEngine({
          ...options,
          headersOf: async () => ({}),
          transport: { send: inProcess(federation), open: () => async () => {}, close: async () => {} },
          share: { fetches: false, requests: false },
          steps: noSteps,
          cost: { listSize: 10 },
          authorization,
          cache,
          upstream: (send) => send,
          random: createRandom(1).next,
        });
  const engine: ApolloEngine = compiled ?? (await createEngine(options));
  const context = (principal: Principal) =>
    createRequestContext({
      headers: {},
      principal,
      clientAddress: '127.0.0.1',
      propagate: [],
      log,
      requestId: 'differential',
    });
  const askAs: EngineUnderTest['askAs'] = (principal) => async (query, variables) =>
    JSON.parse(JSON.stringify(await engine.execute({ query, variables }, context(principal)))) as Answer;
  const app = fastify();
  let url: string | undefined;
  app.post('/', async ({ headers, body }, reply) => {
    const asked: HttpRequest = { method: 'POST', headers, search: '', body };
    const answer = await engine.handle(asked, context(anonymous), createCancellation());
    const sent =
      typeof answer.body === 'string' || Buffer.isBuffer(answer.body) ? answer.body : Readable.from(answer.body);
    return reply.type(answer.type).send(sent);
  });
  return {
    schema: engine.schema,
    ask: askAs(anonymous),
    askAs,
    askInParts: async (query, variables) => {
      url ??= await app.listen({ port: 0, host: '127.0.0.1' });
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'multipart/mixed, application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return mergeParts(await response.text());
    },
    askForEvents: async (query, variables, count) => {
      if (compiled === null) throw new Error('It has no subscriptions.');
      const plan = await compiled.subscribe({ query, variables, operationName: undefined }, anonymous);
      const body = JSON.stringify({ query: plan.query, variables: plan.variables });
      const text = await federation.ask(plan.subgraph, body);
      const events = Array.from({ length: count }, () => parseGraphQLAnswer(JSON.parse(text)) ?? {});
      const results = await plan.render(events, context(anonymous));
      return results.map(({ dataText, errors = [] }) => ({ data: JSON.parse(dataText ?? 'null') as unknown, errors }));
    },
    stop: async () => {
      await app.close();
      await engine.stop();
    },
  };
};

const inProcess =
  ({ ask }: Federation): Transport['send'] =>
  ({ subgraph, body }, answered) => {
    let over = false;
    ask(subgraph, body).then(
      (text) => {
        if (!over) answered(null, text);
      },
      (error: unknown) => {
        if (!over) answered(error instanceof Error ? error : new Error(String(error)), '');
      },
    );
    return () => {
      over = true;
    };
  };

import { authorizationConfig } from '../src/authorization/authorizationConfig.ts';
import { limitsConfig, type LimitsConfig } from '../src/limits/limitsConfig.ts';
import { cacheConfig } from '../src/cache/cacheConfig.ts';
import { upstreamConfig } from '../src/engine/upstream/upstreamConfig.ts';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from '../src/compose.ts';
import type { GatewayConfig } from '../src/config.ts';
import { subscriptionsConfig } from '../src/subscriptions/subscriptionsConfig.ts';
import { startGateway } from '../src/service.ts';
import type { FakeSubgraph } from './fakeSubgraph.ts';

/** Composes subgraphs that run somewhere; returns the supergraph SDL. */
export const composed = (subgraphs: Record<string, Pick<FakeSubgraph, 'url' | 'sdl'>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const entries = Object.entries(subgraphs).map(([name, { url, sdl }]) => {
    writeFileSync(join(folder, `${name}.graphql`), sdl);
    return `  ${name}:\n    routing_url: ${url}\n    schema:\n      file: ./${name}.graphql\n`;
  });
  const yaml = join(folder, 'supergraph.yaml');
  writeFileSync(yaml, `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`);
  const composition = composeSupergraph(yaml);
  if (!composition.ok) throw new Error(composition.problems.join('\n'));
  return composition.supergraphSdl;
};

export type TestGateway = Readonly<{
  url: string;
  supergraphFile: string;
  /** The log's lines, parsed. */
  lines: Record<string, unknown>[];
  post: (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  close: () => Promise<void>;
}>;

export type Answer = {
  status: number;
  headers: Headers;
  body: { data?: Record<string, unknown> | null; errors?: GraphQLErrorJson[] };
};
export type GraphQLErrorJson = { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> };

/** What differs from the configuration of tests; of the limits only those that matter. */
export type TestConfig = Partial<Omit<GatewayConfig, 'limits'>> & Readonly<{ limits?: Partial<LimitsConfig> }>;

/** A gateway on a free port, for the supergraph SDL given. */
export const startTestGateway = async (supergraphSdl: string, config: TestConfig = {}): Promise<TestGateway> => {
  const supergraphFile = join(mkdtempSync(join(tmpdir(), 'gateway-')), 'supergraph.graphql');
  writeFileSync(supergraphFile, supergraphSdl);
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLogger({ service: 'gateway', level: 'debug', to: { write } });
  const lifecycle = createLifecycle({ log });
  const starting = startGateway(
    {
      production: false,
      logLevel: 'debug',
      host: '127.0.0.1',
      port: 0,
      metricsPort: null,
      supergraphFile,
      engine: 'compiled',
      share: { fetches: true, requests: false },
      upstream: upstreamConfig.parse({ circuitBreaker: { enabled: false } }),
      authentication: null,
      redisUrl: null,
      namespace: '',
      identityUrl: null,
      databaseUrl: null,
      rateLimit: null,
      persistedOperations: { automatic: true, restrictClients: false },
      cache: cacheConfig.parse({}),
      cacheTagsRedisUrl: null,
      kafkaBrokers: null,
      viewerPrivateKey: null,
      routingUrls: {},
      headers: { propagate: [] },
      corsOrigins: ['https://app.example.com'],
      csrf: { preflightForGet: false },
      compression: { enabled: true, fromBytes: 1024 },
      trustedProxies: [],
      timeouts: { connectSeconds: 30, readSeconds: 60 },
      cost: { listSize: 10 },
      authorization: authorizationConfig.parse({}),
      subscriptions: subscriptionsConfig.parse({}),
      introspection: true,
      explorer: true,
      ...config,
      limits: limitsConfig.parse({ bodyBytes: 10_000, ...config.limits }),
    },
    lifecycle,
    {
      ...{ log, accessLog: write, pollMs: 20 },
      upstreamOptions: { attempts: 3, backOff: () => 20, idleMs: 50 },
      // A machine that stands still for a while is no outage.
      cacheCommandMs: 60_000,
    },
  );
  const { url } = await starting.catch(async (error: unknown) => {
    await lifecycle.close();
    throw error;
  });
  return {
    url,
    supergraphFile,
    lines,
    post: async (body, headers = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // The type in which the status says what is wrong.
          accept: 'application/graphql-response+json, application/json;q=0.9',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
    },
    close: () => lifecycle.close(),
  };
};

/** Waits until something holds; fails after the test's own time limit if it never does. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};

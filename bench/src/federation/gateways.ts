import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir, topology } from '@supergraph/platform';

/** What is joined when two ask for the same at the same time. */
export type Sharing = 'nothing' | 'subgraph fetches' | 'requests';

/** Files and ports that a gateway is started with. */
export type Setup = Readonly<{
  supergraphFile: string;
  /** Where the gateway listens. */
  port: number;
  urls: Readonly<Record<string, string>>;
  /** What the floor does: see `floorProgram.ts`. */
  floorFile: string;
  /** Writes a file that only this gateway needs; returns where it is. */
  write: (name: string, content: string) => string;
}>;

/** A row of the table. */
export type Gateway = Readonly<{
  id: string;
  name: string;
  sharing: Sharing;
  /** Arguments for node. */
  args: (setup: Setup) => readonly string[];
  path: string;
  /** The only loads it is made for; all when absent. */
  only?: readonly string[];
  peer: boolean;
}>;

export const peersDir = join(rootDir, 'bench/peers');
const here = import.meta.dirname;

const ours = (id: string, sharing: Sharing, config: string): Gateway => ({
  id,
  name: id.startsWith('ours-apollo') ? 'this gateway, `engine: apollo`' : 'this gateway, `engine: compiled`',
  sharing,
  // As `npm run gateway` starts it.
  args: ({ supergraphFile, port, write }) => [
    topology.gatewayNodeOptions,
    join(rootDir, 'gateway/dist/main.js'),
    ...['--supergraph', supergraphFile, '--port', String(port), '--config', write(`${id}.yaml`, config)],
  ],
  path: '/graphql',
  peer: false,
});

const hive = (runtime: boolean, sharing: Sharing, file: string): Gateway => ({
  id: `hive${runtime ? '-router' : ''}${sharing === 'nothing' ? '' : sharing === 'requests' ? '-requests' : '-fetches'}`,
  name: runtime ? 'Hive Gateway, router runtime' : 'Hive Gateway',
  sharing,
  args: ({ supergraphFile, port }) => [
    join(peersDir, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
    ...['supergraph', supergraphFile, '--host', '127.0.0.1', '--port', String(port)],
    ...['--config-path', join(peersDir, file), ...(runtime ? ['--hive-router-runtime'] : [])],
  ],
  path: '/graphql',
  peer: true,
});

export const gateways: readonly Gateway[] = [
  {
    id: 'apollo',
    name: '`@apollo/gateway` in Apollo Server',
    sharing: 'nothing',
    args: ({ supergraphFile, port }) => [join(peersDir, 'apolloGateway.mjs'), supergraphFile, String(port)],
    path: '/',
    peer: true,
  },
  hive(false, 'nothing', 'hiveNothing.mjs'),
  hive(false, 'subgraph fetches', 'hiveFetches.mjs'),
  hive(false, 'requests', 'hiveRequests.mjs'),
  hive(true, 'nothing', 'hiveNothing.mjs'),
  hive(true, 'subgraph fetches', 'hiveFetches.mjs'),
  hive(true, 'requests', 'hiveRequests.mjs'),
  ours('ours-apollo', 'nothing', 'engine: apollo\n'),
  ours('ours', 'nothing', 'share: { fetches: false, requests: false }\ncache: { enabled: false }\n'),
  ours('ours-fetches', 'subgraph fetches', 'share: { fetches: true, requests: false }\ncache: { enabled: false }\n'),
  ours('ours-requests', 'requests', 'share: { fetches: true, requests: true }\ncache: { enabled: false }\n'),
  {
    id: 'floor',
    name: 'floor: the same fetches, a ready answer',
    sharing: 'nothing',
    args: ({ floorFile, port }) => [join(here, 'floorProgram.js'), floorFile, String(port)],
    path: '/graphql',
    peer: false,
  },
  {
    id: 'proxy',
    name: 'bare proxy: Fastify and undici',
    sharing: 'nothing',
    args: ({ urls, port }) => [join(here, 'proxyProgram.js'), urls['products'] ?? '', String(port)],
    path: '/graphql',
    only: ['small'],
    peer: false,
  },
];

/** Whether the peers have been installed. */
export const peersInstalled = (): boolean => existsSync(join(peersDir, 'node_modules/.package-lock.json'));

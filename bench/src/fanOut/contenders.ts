import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { rootDir, topology } from '@supergraph/platform';
import { parse } from 'graphql';
import { peersDir } from '../federation/gateways.ts';
import { freePorts, start, untilReady, type Running } from '../federation/processes.ts';
import { sdl } from './event.ts';

/** A server that hands out events, with what publishes them for it. */
export type Contender = Readonly<{
  name: string;
  running: Running;
  port: number;
  /** Where events are published: at the subgraph behind a gateway, which is for this gateway alone. */
  source: number;
  metricsPort: number | null;
  stop: () => Promise<void>;
}>;

/** What they are started with. */
export type Ground = Readonly<{
  /** For the server; subgraphs share the other cores with the subscribers. */
  core: string | null;
  folder: string;
}>;

const here = import.meta.dirname;

const answers = async (port: number, path = '/'): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).status < 500;

/** The limit: a server that knows no GraphQL. */
export const startBare = async ({ core }: Ground): Promise<Contender> => {
  const [port = 0] = await freePorts(1);
  const running = start([join(here, 'bareProgram.js'), String(port)], core);
  await untilReady(running, () => answers(port));
  return { name: 'bare `ws` server', running, port, source: port, metricsPort: null, stop: running.stop };
};

/** @param mailbox unread events that one subscriber may have */
export const startOurs = (ground: Ground, mailbox = 1_000): Promise<Contender> =>
  startGateway(ground, 'this gateway', ({ port, metricsPort, supergraphFile }) => {
    const config = join(ground.folder, `${port}.yaml`);
    const section = `{ connections: 50000, mailboxEvents: ${mailbox} }`;
    writeFileSync(config, `metricsPort: ${metricsPort}\nsubscriptions: ${section}\n`);
    return {
      args: [
        topology.gatewayNodeOptions,
        join(rootDir, 'gateway/dist/main.js'),
        ...['--supergraph', supergraphFile, '--port', String(port), '--config', config],
      ],
      readyAt: '/health/ready',
      metricsPort,
    };
  });

/** Hive Gateway as its documentation has it, with WebSockets towards the subgraph as ours. */
export const startHive = (ground: Ground): Promise<Contender> =>
  startGateway(ground, 'Hive Gateway', ({ port, supergraphFile }) => ({
    args: [
      join(peersDir, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
      ...['supergraph', supergraphFile, '--host', '127.0.0.1', '--port', String(port)],
      ...['--config-path', join(peersDir, 'hiveSubscriptions.mjs')],
    ],
    readyAt: '/',
    metricsPort: null,
  }));

type Place = Readonly<{ port: number; metricsPort: number; supergraphFile: string }>;
type Program = Readonly<{ args: readonly string[]; readyAt: string; metricsPort: number | null }>;

const startGateway = async (
  { core, folder }: Ground,
  name: string,
  programAt: (place: Place) => Program,
): Promise<Contender> => {
  const [port = 0, metrics = 0, source = 0] = await freePorts(3);
  const supergraphFile = join(folder, `${port}.graphql`);
  writeFileSync(supergraphFile, composed(source));
  const subgraph = start([join(here, 'subgraphProgram.js'), String(source)], null);
  const { args, readyAt, metricsPort } = programAt({ port, metricsPort: metrics, supergraphFile });
  const running = start(args, core);
  const stop = async (): Promise<void> => {
    await running.stop();
    await subgraph.stop();
  };
  try {
    await untilReady(subgraph, () => answers(source));
    await untilReady(running, () => answers(port, readyAt));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, running, port, source, metricsPort, stop };
};

const composed = (source: number): string => {
  const url = `http://127.0.0.1:${source}/graphql`;
  const composition = composeServices([{ name: 'ticks', url, typeDefs: parse(sdl) }]);
  if (composition.errors) throw new Error(composition.errors.map(({ message }) => message).join('\n'));
  return composition.supergraphSdl;
};

/** Publishes for a contender. */
export const publishAt =
  ({ source }: Contender) =>
  async (query: Readonly<Record<string, string | number>>): Promise<void> => {
    const url = new URL(`http://127.0.0.1:${source}/publish`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    await (await fetch(url)).text();
  };

/** Finds out who is there. */
export const probeAt =
  ({ source }: Contender) =>
  async (): Promise<void> =>
    void (await (await fetch(`http://127.0.0.1:${source}/probe`)).text());

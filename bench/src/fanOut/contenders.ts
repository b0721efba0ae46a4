import { join } from 'node:path';
import { rootDir, topology } from '@supergraph/platform';
import { peersDir } from '../federation/gateways.ts';
import { start, untilReady, type Running } from '../federation/processes.ts';

/** A server that hands out events, with what publishes them for it. */
export type Contender = Readonly<{
  name: string;
  running: Running;
  port: number;
  /** Where events are published: at the subgraph behind a gateway. */
  source: number;
  metricsPort: number | null;
}>;

/** What they are started with. */
export type Ground = Readonly<{
  core: string | null;
  supergraphFile: string;
  /** Of the subgraph. */
  source: number;
  write: (name: string, content: string) => string;
}>;

const here = import.meta.dirname;

const listens = async (port: number): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/`)).status > 0;

/** The limit: a server that knows no GraphQL. */
export const startBare = async ({ core }: Ground, port: number): Promise<Contender> => {
  const running = start([join(here, 'bareProgram.js'), String(port)], core);
  await untilReady(running, () => listens(port));
  return { name: 'bare `ws` server', running, port, source: port, metricsPort: null };
};

/** @param mailbox unread events that one subscriber may have */
export const startOurs = async (
  { core, supergraphFile, source, write }: Ground,
  [port, metricsPort]: readonly [number, number],
  mailbox = 1_000,
): Promise<Contender> => {
  const config = `metricsPort: ${metricsPort}\nsubscriptions: { connections: 50000, mailboxEvents: ${mailbox} }\n`;
  const running = start(
    [
      topology.gatewayNodeOptions,
      join(rootDir, 'gateway/dist/main.js'),
      ...['--supergraph', supergraphFile, '--port', String(port), '--config', write(`${port}.yaml`, config)],
    ],
    core,
  );
  await untilReady(running, async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
  return { name: 'this gateway', running, port, source, metricsPort };
};

/** Hive Gateway as its documentation has it, with WebSockets towards the subgraph as ours. */
export const startHive = async ({ core, supergraphFile, source }: Ground, port: number): Promise<Contender> => {
  const running = start(
    [
      join(peersDir, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
      ...['supergraph', supergraphFile, '--host', '127.0.0.1', '--port', String(port)],
      ...['--config-path', join(peersDir, 'hiveSubscriptions.mjs')],
    ],
    core,
  );
  await untilReady(running, () => listens(port));
  return { name: 'Hive Gateway', running, port, source, metricsPort: null };
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

import { topology } from '@supergraph/platform';
import pg from 'pg';
import { createGatewayClient, type Client } from './client.ts';
import { createSystemEnvironment, type SystemEnvironment } from './environment.ts';
import type { Host, HostedService } from './hosts.ts';
import { pricesAreKnown } from './pricesAreKnown.ts';

/** The whole platform, running. */
export type System = Readonly<{
  client: Client;
  environment: SystemEnvironment;
  /** Ends one service: in order, or as a crash would. */
  stop: (name: topology.ServiceName) => Promise<void>;
  kill: (name: topology.ServiceName) => Promise<void>;
  /** Starts one that was ended, with other settings where they are given. */
  start: (name: topology.ServiceName, over?: Readonly<Record<string, string>>) => Promise<void>;
  /** Asks a subgraph's database. */
  sql: (
    name: topology.SubgraphName,
    text: string,
    params?: readonly unknown[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends everything and removes its data. */
  end: () => Promise<void>;
}>;

/** Starts all services on databases and topics of their own. */
export async function startSystem(
  label: string,
  host: Host,
  over: Readonly<Record<string, string>> = {},
): Promise<System> {
  const environment = await createSystemEnvironment(label, over);
  const running = new Map<topology.ServiceName, HostedService>();
  const pools = new Map<topology.SubgraphName, pg.Pool>();

  const start: System['start'] = async (name, more = {}) => {
    running.set(name, await host(name, { ...environment.env, ...more }));
  };
  const take = (name: topology.ServiceName): HostedService => {
    const service = running.get(name);
    if (service === undefined) throw new Error(`${name} does not run.`);
    running.delete(name);
    return service;
  };
  const end = async (): Promise<void> => {
    for (const name of ['gateway', ...topology.subgraphNames] as const) if (running.has(name)) await take(name).stop();
    await Promise.all([...pools.values()].map((pool) => pool.end()));
    await environment.remove();
  };

  try {
    await Promise.all(topology.subgraphNames.map((name) => start(name)));
    await start('gateway');
  } catch (error) {
    await end();
    throw error;
  }
  const sql: System['sql'] = async (name, text, params = []) => {
    let pool = pools.get(name);
    if (pool === undefined) {
      pool = new pg.Pool({ connectionString: environment.databaseUrl(name), max: 2 });
      // Idle connections break when a test kills the server.
      pool.on('error', () => undefined);
      pools.set(name, pool);
    }
    return (await pool.query<Record<string, unknown>>(text, [...params])).rows;
  };
  await pricesAreKnown(environment);
  return {
    client: createGatewayClient(environment.urlOf('gateway'), environment.keys),
    environment,
    start,
    stop: (name) => take(name).stop(),
    kill: (name) => take(name).kill(),
    sql,
    end,
  };
}

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startGuarded } from './guardedProcess.ts';
import { postgresBinaries, postgresUser, type OsUser } from './postgresBinaries.ts';
import { initdbArguments, postgresSettings } from './topology.ts';
import { waitUntil } from './waitUntil.ts';
import type { RunningServer, ServerOptions } from './runningServer.ts';

/**
 * Starts a PostgreSQL server, initialising it the first time. `dir` must be in a place that the OS user `postgres` can
 * enter when we are root (see `postgresPlace`). The URL is that of the superuser, without a database name.
 */
export const startPostgres = async ({ dir, port, durable, logFile }: ServerOptions): Promise<RunningServer> => {
  const user = postgresUser();
  const binaries = postgresBinaries(user);
  const data = join(dir, 'data');
  mkdirSync(dir, { recursive: true });
  // Recursively: an earlier start may have been by somebody else (without sudo, say).
  if (user && statSync(dir).uid !== user.uid) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, dir]);
  const password = passwordOf(dir, user);
  if (!existsSync(join(data, 'PG_VERSION'))) initialise({ binaries, data, dir, durable, user });

  const settings: Record<string, string> = {
    ...postgresSettings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }),
  };
  const server = await startGuarded({
    name: 'PostgreSQL',
    command: join(binaries, 'bin', 'postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    logFile: logFile ?? join(dir, 'postgres.log'),
    user,
    stopSignal: 'INT',
  });
  const url = `postgres://postgres:${password}@127.0.0.1:${port}`;
  await waitUntil(() => ping(url), { what: 'PostgreSQL', timeoutMs: 60_000, hopeless: server.exited });
  return {
    url,
    pid: server.pid,
    exited: server.exited,
    done: server.done,
    // SIGINT is PostgreSQL's fast shutdown: open sessions are ended, the data is checkpointed.
    stop: () => server.stop('SIGINT', 20_000),
    kill: () => server.kill(),
  };
};

/** Creates the databases that are not there yet. */
export const createDatabases = async (serverUrl: string, names: readonly string[]): Promise<void> => {
  const client = await connected(serverUrl);
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const name of names) {
      if (!present.has(name)) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
};

const ping = async (url: string): Promise<void> => {
  const client = await connected(url);
  await client.end();
};

const connected = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 5000 });
  // A server that goes away while we are connected must not take this process with it; the query reports it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/** The superuser's password is made once and kept beside the data, readable by its owner alone. */
/** The superuser's URL of the embedded server whose state is in `dir`, without a database name. @throws when there is none */
export const embeddedPostgresUrl = (dir: string, port: number): string =>
  `postgres://postgres:${readFileSync(join(dir, 'password'), 'utf8').trim()}@127.0.0.1:${port}`;

const passwordOf = (dir: string, user: OsUser | undefined): string => {
  const file = join(dir, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid);
  }
  return readFileSync(file, 'utf8').trim();
};

type Initialise = Readonly<{ binaries: string; data: string; dir: string; durable: boolean; user: OsUser | undefined }>;

const initialise = ({ binaries, data, dir, durable, user }: Initialise): void => {
  // What an interrupted first start left behind is not a cluster.
  rmSync(data, { recursive: true, force: true });
  const outcome = spawnSync(
    join(binaries, 'bin', 'initdb'),
    [`--pgdata=${data}`, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${join(dir, 'password')}`]
      .concat(initdbArguments)
      .concat(durable ? [] : ['--no-sync']),
    { cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' }, encoding: 'utf8', ...user },
  );
  if (outcome.status === 0) return;
  rmSync(data, { recursive: true, force: true });
  throw new Error(`PostgreSQL could not be initialised in ${data}: ${outcome.error?.message ?? ''}\n${outcome.stderr}`);
};

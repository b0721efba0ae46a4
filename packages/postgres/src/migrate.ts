import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

/** A folder of plain SQL files, `0001_what_it_does.sql`, applied once each in the order of their names. */
export type Migrations = Readonly<{
  /** Names the table that remembers what was applied: `migrations_<name>`. */
  name: string;
  url: URL;
}>;

/**
 * Brings a database up to date; processes that start at once wait for each other.
 *
 * @throws when a migration fails; what ran before it stays applied.
 */
export async function migrate(options: {
  url: string;
  migrations: readonly Migrations[];
  log: Readonly<{ info: (message: string) => void; warn: (message: string) => void; error: (message: string) => void }>;
}): Promise<void> {
  const { log } = options;
  for (const { name, url } of options.migrations)
    await runner({
      databaseUrl: options.url,
      dir: fileURLToPath(url),
      migrationsTable: `migrations_${name}`,
      direction: 'up',
      advisoryLockMode: 'wait',
      // It tells every file it looks at; only what goes wrong is worth a line.
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: (message) => log.warn(message),
        error: (message) => log.error(message),
      },
    });
  log.info('the database is up to date');
}

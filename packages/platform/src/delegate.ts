import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@supergraph/config';
import { postgresPlace } from './backingServices.ts';
import { readPlatformConfig, type PlatformConfig } from './config.ts';
import { dataDir, rootDir } from './paths.ts';
import { embeddedPostgresUrl } from './postgres.ts';
import { backingPorts, databases, type DatabaseOwner } from './topology.ts';

/**
 * Runs the command of a service in the place of this one, with its arguments, streams and exit code.
 *
 * @param program below the root of the repository
 * @param environmentOf what it gets beside what a person has set
 */
export const delegate = (program: string, environmentOf: (config: PlatformConfig) => NodeJS.ProcessEnv): void => {
  try {
    const env = environmentOf(readPlatformConfig());
    const child = spawn(process.execPath, [join(rootDir, program), ...process.argv.slice(2)], {
      env,
      stdio: 'inherit',
    });
    child.once('exit', (code) => process.exit(code ?? 1));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The environment does not fit:\n${error.message}\n`);
    process.exitCode = 2;
  }
};

/** Where the database of a service is: as it was given, or that of npm start. */
export const databaseUrlOf = ({ given, portOf }: PlatformConfig, owner: DatabaseOwner): string => {
  const { name, env } = databases[owner];
  const url = given[env];
  if (url !== undefined) return url;
  const dir = postgresPlace(join(dataDir, 'postgres'));
  // Nothing was ever started here: the command says what it needs, and still shows its help.
  if (!existsSync(join(dir, 'password'))) return '';
  return `${embeddedPostgresUrl(dir, portOf(backingPorts.postgres.env))}/${name}`;
};

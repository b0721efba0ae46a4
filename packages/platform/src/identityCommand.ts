import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPlace } from './backingServices.ts';
import { readPlatformConfig } from './config.ts';
import { dataDir, rootDir } from './paths.ts';
import { embeddedPostgresUrl } from './postgres.ts';
import { serviceEnvironment } from './serviceEnvironment.ts';
import { backingPorts, databases, services } from './topology.ts';

/** `npm run identity`: the command of the identity service, with the environment that it has under npm start. */
const config = readPlatformConfig();
const { name, env } = databases.identity;
const embedded = (): string => {
  const dir = postgresPlace(join(dataDir, 'postgres'));
  // Nothing was ever started here: the command says what it needs, and still shows its help.
  if (!existsSync(join(dir, 'password'))) return '';
  return `${embeddedPostgresUrl(dir, config.portOf(backingPorts.postgres.env))}/${name}`;
};
const child = spawn(
  process.execPath,
  [join(rootDir, services.identity.dir, 'dist/command.js'), ...process.argv.slice(2)],
  {
    env: serviceEnvironment('identity', {
      config,
      backing: { [env]: config.given[env] ?? embedded() },
      keysDir: join(dataDir, 'keys'),
      issuer: config.issuer,
      audience: config.audience,
    }),
    stdio: 'inherit',
  },
);
child.once('exit', (code) => process.exit(code ?? 1));

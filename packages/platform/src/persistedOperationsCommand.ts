import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPlace } from './backingServices.ts';
import { readPlatformConfig } from './config.ts';
import { dataDir, rootDir } from './paths.ts';
import { embeddedPostgresUrl } from './postgres.ts';
import { backingPorts, databases } from './topology.ts';

/** `npm run persisted-operations`: the gateway's command, with its database under npm start unless another one is given. */
const config = readPlatformConfig();
const { name, env } = databases.gateway;
const embedded = (): string => {
  const dir = postgresPlace(join(dataDir, 'postgres'));
  // Nothing was ever started here: the command says so, and still shows its help.
  if (!existsSync(join(dir, 'password'))) return '';
  return `${embeddedPostgresUrl(dir, config.portOf(backingPorts.postgres.env))}/${name}`;
};
const program = join(rootDir, 'gateway/dist/persistedOperationsCommand.js');
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
  env: { ...config.inherited, [env]: config.given[env] ?? embedded() },
  stdio: 'inherit',
});
child.once('exit', (code) => process.exit(code ?? 1));

import { join } from 'node:path';
import { databaseUrlOf, delegate } from './delegate.ts';
import { dataDir } from './paths.ts';
import { serviceEnvironment } from './serviceEnvironment.ts';
import { databases } from './topology.ts';

/** `npm run identity`: the command of the identity service, with the environment that it has under npm start. */
delegate('identity/dist/command.js', (config) =>
  serviceEnvironment('identity', {
    config,
    backing: { [databases.identity.env]: databaseUrlOf(config, 'identity') },
    keysDir: join(dataDir, 'keys'),
    issuer: config.issuer,
    audience: config.audience,
  }),
);

import { databaseUrlOf, delegate } from './delegate.ts';
import { databases } from './topology.ts';

/** `npm run persisted-operations`: the gateway's command, with its database under npm start unless another one is given. */
delegate('gateway/dist/persistedOperationsCommand.js', (config) => ({
  ...config.inherited,
  [databases.gateway.env]: databaseUrlOf(config, 'gateway'),
}));

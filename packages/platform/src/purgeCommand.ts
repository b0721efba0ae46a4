import { delegate } from './delegate.ts';
import { backingPorts } from './topology.ts';

/** `npm run purge`: the gateway's command, with the Redis of npm start unless another one is given. */
delegate('gateway/dist/purgeCommand.js', ({ given, inherited, portOf }) => ({
  ...inherited,
  REDIS_URL: given['REDIS_URL'] ?? `redis://127.0.0.1:${portOf(backingPorts.redis.env)}`,
}));

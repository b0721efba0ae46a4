import { runService } from '@supergraph/service-kit';
import { loadConfig } from './config.ts';
import { startIdentity } from './service.ts';

await runService('identity', (lifecycle) => startIdentity(loadConfig(), lifecycle));

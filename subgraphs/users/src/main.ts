import { runService } from '@supergraph/service-kit';
import { loadConfig } from './config.ts';
import { startUsers } from './service.ts';

await runService('users', (lifecycle) => startUsers(loadConfig(), lifecycle));

import { runService } from '@supergraph/service-kit';
import { loadConfig } from './config.ts';
import { startPayments } from './service.ts';

await runService('payments', (lifecycle) => startPayments(loadConfig(), lifecycle));

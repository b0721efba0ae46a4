import { runService } from '@supergraph/service-kit';
import { loadConfig } from './config.ts';
import { startOrders } from './service.ts';

await runService('orders', (lifecycle) => startOrders(loadConfig(), lifecycle));

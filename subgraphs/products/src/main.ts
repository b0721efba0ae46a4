import { runService } from '@supergraph/service-kit';
import { loadConfig } from './config.ts';
import { startProducts } from './service.ts';

await runService('products', (lifecycle) => startProducts(loadConfig(), lifecycle));

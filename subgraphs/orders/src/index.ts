export { environment, loadConfig, type Config } from './config.ts';
export { startOrders } from './service.ts';

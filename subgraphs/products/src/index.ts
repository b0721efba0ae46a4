export { environment, loadConfig, type Config } from './config.ts';
export { permissions } from './permissions.ts';
export { startProducts } from './service.ts';

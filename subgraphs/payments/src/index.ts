export { environment, loadConfig, type Config } from './config.ts';
export { startPayments, type PaymentsService } from './service.ts';

/**
 * One PostgreSQL, one Redis and one Kafka for the whole run, started only when a selected test needs them: those are
 * `*.int.test.ts`, and everything in `tests/`. Workers find them through SUPERGRAPH_TEST_SERVICES.
 */
import { integrationSelected } from './integrationSelected.mjs';

export default async (globalConfig) => {
  if (!integrationSelected(globalConfig)) return;
  await import('./registerSource.mjs');
  const { startTestServices } = await import('../../platform/src/testServices.ts');
  const { stop, ...urls } = await startTestServices((line) => process.stderr.write(`  ${line}\n`));
  process.env.SUPERGRAPH_TEST_SERVICES = JSON.stringify(urls);
  globalThis.stopSupergraphTestServices = stop;
};

/**
 * A temporary folder for the whole run, and one PostgreSQL, one Redis and one Kafka, started only when a selected test
 * needs them: those are `*.int.test.ts`, and everything in `tests/`. Workers find them through SUPERGRAPH_TEST_SERVICES.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integrationSelected } from './integrationSelected.mjs';

export default async (globalConfig) => {
  const folder = mkdtempSync(join(tmpdir(), 'commerce-supergraph-run-'));
  // The OS user postgres has to pass through.
  chmodSync(folder, 0o755);
  // os.tmpdir() of every worker: what a test leaves there goes with the run.
  process.env.TMPDIR = folder;
  globalThis.supergraphTestFolder = folder;
  if (!integrationSelected(globalConfig)) return;
  await import('./registerSource.mjs');
  const { startTestServices } = await import('../../platform/src/testServices.ts');
  const { stop, ...urls } = await startTestServices((line) => process.stderr.write(`  ${line}\n`));
  process.env.SUPERGRAPH_TEST_SERVICES = JSON.stringify(urls);
  globalThis.stopSupergraphTestServices = stop;
};

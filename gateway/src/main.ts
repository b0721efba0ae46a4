#!/usr/bin/env node
import { runCommand, runService } from '@supergraph/service-kit';
import { parseCommandLine } from './commandLine.ts';
import { loadConfig } from './config.ts';
import { startGateway } from './service.ts';

await runCommand(parseCommandLine(process.argv.slice(2)), async (given) => {
  await runService('gateway', async (lifecycle) => {
    const { url } = await startGateway(loadConfig(given), lifecycle);
    process.stdout.write(`Supergraph ready at ${url}/graphql\n`);
  });
  return { ok: true };
});

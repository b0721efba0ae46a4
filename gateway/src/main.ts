#!/usr/bin/env node
import { runService } from '@supergraph/service-kit';
import { parseCommandLine } from './commandLine.ts';
import { loadConfig } from './config.ts';
import { startGateway } from './service.ts';

const commandLine = parseCommandLine(process.argv.slice(2));

if ('print' in commandLine) {
  (commandLine.exitCode === 0 ? process.stdout : process.stderr).write(commandLine.print);
  process.exitCode = commandLine.exitCode;
} else {
  await runService('gateway', async (lifecycle) => {
    const { url } = await startGateway(loadConfig(commandLine.run), lifecycle);
    process.stdout.write(`Supergraph ready at ${url}/graphql\n`);
  });
}

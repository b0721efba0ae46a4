#!/usr/bin/env node
/** `npm run persisted-operations`: publishes, lists, revokes and checks what clients have registered. */
import { readFileSync } from 'node:fs';
import { createLogger } from '@supergraph/service-kit';
import { composedSupergraph, loadDatabaseUrl } from './config.ts';
import { readConfigFile } from './configFile.ts';
import { parseOperationsCommand } from './persistedOperations/commandLine.ts';
import { createOperationCheck } from './persistedOperations/createOperationCheck.ts';
import { openOperationStore } from './persistedOperations/openOperationStore.ts';
import { runOperationsCommand } from './persistedOperations/runOperationsCommand.ts';

const parsed = parseOperationsCommand(process.argv.slice(2));
if ('print' in parsed) {
  (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.print);
  process.exitCode = parsed.exitCode;
} else {
  const log = createLogger({ service: 'persisted-operations', level: 'silent' });
  const { listSize } = readConfigFile(undefined).cost;
  const url = loadDatabaseUrl();
  if (url === null) {
    process.stderr.write('DATABASE_URL_GATEWAY is not set.\n');
    process.exitCode = 2;
  } else {
    let close = async (): Promise<void> => undefined;
    try {
      const opened = await openOperationStore({ url, log });
      ({ close } = opened);
      const { ok, text } = await runOperationsCommand(parsed.run, {
        store: opened.store,
        loadCheck: (file) => createOperationCheck(readFileSync(file ?? composedSupergraph, 'utf8'), listSize, log),
        readFile: (file) => readFileSync(file, 'utf8'),
      });
      (ok ? process.stdout : process.stderr).write(`${text}\n`);
      process.exitCode = ok ? 0 : 1;
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    } finally {
      await close();
    }
  }
}

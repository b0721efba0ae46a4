#!/usr/bin/env node
/** `npm run persisted-operations`: publishes, lists, revokes and checks what clients have registered. */
import { databaseProblem } from '@supergraph/postgres';
import { createLogger, messageText, runCommand, type CommandOutcome } from '@supergraph/service-kit';
import { composedSupergraph, loadDatabaseUrl } from './config.ts';
import { readConfigFile } from './configFile.ts';
import { parseOperationsCommand, type OperationsCommand } from './persistedOperations/commandLine.ts';
import { createOperationCheck } from './persistedOperations/createOperationCheck.ts';
import { openOperationStore } from './persistedOperations/openOperationStore.ts';
import { runOperationsCommand } from './persistedOperations/runOperationsCommand.ts';
import { readText } from './readText.ts';

const problemText = (error: unknown): string => databaseProblem(error, 'DATABASE_URL_GATEWAY') ?? messageText(error);

const work = async (wanted: OperationsCommand): Promise<CommandOutcome> => {
  const log = createLogger({ service: 'persisted-operations', level: 'silent' });
  const { cost, limits } = readConfigFile(undefined);
  const checkOptions = { listSize: cost.listSize, planningSeconds: limits.planningSeconds };
  const url = loadDatabaseUrl();
  if (url === null) return { ok: false, note: 'DATABASE_URL_GATEWAY is not set.' };
  const { store, close } = await openOperationStore({ url, log });
  try {
    const { ok, text } = await runOperationsCommand(wanted, {
      store,
      loadCheck: (file) => createOperationCheck(readText(file ?? composedSupergraph), checkOptions, log),
      readFile: readText,
    });
    return ok ? { ok, output: text } : { ok, note: text };
  } finally {
    await close();
  }
};

await runCommand(parseOperationsCommand(process.argv.slice(2)), work, { problemText });

#!/usr/bin/env node
/**
 * Composes supergraph.yaml into gateway/supergraph.graphql, which is checked in.
 * With `--check` nothing is written: it ends with 1 when the subgraphs do not compose or the file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from './compose.ts';

const yamlFile = fileURLToPath(new URL('../../supergraph.yaml', import.meta.url));
const target = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));
const check = process.argv.includes('--check');

const current = (): string | undefined => {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return undefined;
  }
};

const composition = composeSupergraph(yamlFile);
if (!composition.ok) {
  process.stderr.write(`The subgraphs do not compose:\n\n${composition.problems.join('\n\n')}\n`);
  process.exitCode = 1;
} else if (current() === composition.supergraphSdl) {
  process.stdout.write('gateway/supergraph.graphql is up to date\n');
} else if (check) {
  process.stderr.write('gateway/supergraph.graphql is out of date: run `npm run generate` and commit it\n');
  process.exitCode = 1;
} else {
  writeFileSync(target, composition.supergraphSdl);
  process.stdout.write('wrote gateway/supergraph.graphql\n');
}

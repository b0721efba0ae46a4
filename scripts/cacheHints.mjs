/**
 * Compares the hints of each subgraph with its policy: what is not open to everybody must not be kept for everybody.
 * Reads what `types` has built.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildASTSchema, parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { findPublicHints } from '@supergraph/auth';
import { root } from './steps.mjs';

const { subgraphs } = parseYaml(readFileSync(path.join(root, 'supergraph.yaml'), 'utf8'));
const problems = [];
for (const [name, { schema }] of Object.entries(subgraphs)) {
  const file = path.join(root, schema.file);
  const { permissions } = await import(pathToFileURL(path.join(path.dirname(file), 'dist/permissions.js')).href);
  // Federation's own directives are not defined in it, and mean nothing here.
  const built = buildASTSchema(parse(readFileSync(file, 'utf8')), { assumeValidSDL: true });
  problems.push(...findPublicHints(built, permissions).map((problem) => `${name}: ${problem}`));
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}

/** Composes the supergraph and generates the types of resolvers and of the tests' operations. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { apiSchema, apiSchemaFile } from './apiSchema.mjs';
import { run, runSteps } from './steps.mjs';

const failed = await runSteps(
  [
    { name: 'build the composer', work: () => run('tsc', '-b', 'gateway') },
    { name: 'compose', work: () => run('node', 'gateway/dist/composeCommand.js') },
    {
      name: 'API schema',
      work: () => {
        mkdirSync(path.dirname(apiSchemaFile), { recursive: true });
        writeFileSync(apiSchemaFile, apiSchema());
      },
    },
    { name: 'types', work: () => run('graphql-codegen', '--silent') },
  ],
  { atOnce: 1 },
);
process.exit(failed.length > 0 ? 1 : 0);

/** The schema that clients see: the supergraph without what only the gateway needs to know. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { printSchema } from 'graphql';
import { root } from './steps.mjs';

export const apiSchemaFile = path.join(root, 'tests/src/generated/api.graphql');

/** SDL of the API schema of gateway/supergraph.graphql. */
export function apiSchema() {
  const supergraph = readFileSync(path.join(root, 'gateway/supergraph.graphql'), 'utf8');
  const schema = Supergraph.build(supergraph, { validateSupergraph: false }).apiSchema().toGraphQLJSSchema();
  return `${printSchema(schema)}\n`;
}

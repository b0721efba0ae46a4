import { composeServices } from '@apollo/composition';
import { GraphQLError, Source, getLocation, parse, type ASTNode, type DocumentNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { findHintConflicts } from './cache/hints/findHintConflicts.ts';

/** The part of rover's supergraph.yaml that we use: local schema files only, nothing is fetched. */
const supergraphYaml = z.strictObject({
  federation_version: z.string(),
  subgraphs: z.record(
    z.string().regex(/^[a-z][a-z0-9_-]*$/i),
    z.strictObject({ routing_url: z.url(), schema: z.strictObject({ file: z.string().min(1) }) }),
  ),
});

/** Either the supergraph SDL, or what is wrong: one readable text for each problem. */
export type Composition = { ok: true; supergraphSdl: string } | { ok: false; problems: readonly string[] };

/** Composes the subgraphs named in a supergraph.yaml. File names in problems are relative to that file's folder. */
export const composeSupergraph = (yamlFile: string): Composition => {
  const folder = dirname(resolve(yamlFile));
  const { subgraphs, problems } = readSubgraphs(yamlFile, folder);
  if (problems.length > 0) return { ok: false, problems };
  const conflicts = findHintConflicts(subgraphs);
  if (conflicts.length > 0) return { ok: false, problems: conflicts };

  const result = composeServices(subgraphs);
  if (result.errors) return { ok: false, problems: result.errors.map((error) => describe(error, folder)) };
  return { ok: true, supergraphSdl: `${result.supergraphSdl.trimEnd()}\n` };
};

type Subgraph = { name: string; url: string; typeDefs: DocumentNode };

const readSubgraphs = (yamlFile: string, folder: string): { subgraphs: Subgraph[]; problems: string[] } => {
  const parsed = supergraphYaml.safeParse(parseYaml(readFileSync(yamlFile, 'utf8')));
  if (!parsed.success) return { subgraphs: [], problems: [`${yamlFile}\n${z.prettifyError(parsed.error)}`] };

  const subgraphs: Subgraph[] = [];
  const problems: string[] = [];
  for (const [name, { routing_url: url, schema }] of Object.entries(parsed.data.subgraphs)) {
    const file = resolve(folder, schema.file);
    try {
      // The source carries the file's name, so that every later error can point into it.
      subgraphs.push({ name, url, typeDefs: parse(new Source(readFileSync(file, 'utf8'), file)) });
    } catch (error) {
      problems.push(describe(error, folder, name));
    }
  }
  return { subgraphs, problems };
};

/** `CODE: message`, then one indented line for each place that it is about. */
const describe = (error: unknown, folder: string, subgraph?: string): string => {
  if (!(error instanceof GraphQLError)) return `SCHEMA_UNREADABLE: ${String(error)}`;
  const code = error.extensions['code'] ?? 'INVALID_GRAPHQL';
  const places = error.nodes?.map((node) => placeOf(node, folder)) ?? [];
  const ofSyntaxError =
    error.source && error.positions?.[0] !== undefined
      ? [place(error.source, error.positions[0], folder, subgraph)]
      : [];
  const lines = [...new Set([...places, ...(places.length > 0 ? [] : ofSyntaxError)])].filter((line) => line !== '');
  return [`${String(code)}: ${error.message}`, ...lines.map((line) => `  at ${line}`)].join('\n');
};

const placeOf = (node: ASTNode, folder: string): string =>
  node.loc ? place(node.loc.source, node.loc.start, folder, subgraphOf(node)) : '';

/** Composition marks the nodes of its errors with the subgraph they come from. */
const subgraphOf = (node: ASTNode): string | undefined =>
  'subgraph' in node && typeof node.subgraph === 'string' ? node.subgraph : undefined;

const place = (source: Source, start: number, folder: string, subgraph: string | undefined): string => {
  const { line, column } = getLocation(source, start);
  return `${relative(folder, source.name)}:${line}:${column}${subgraph === undefined ? '' : ` (${subgraph})`}`;
};

import { existsSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

const subgraphs = ['users', 'products', 'orders', 'payments'].filter((name) =>
  existsSync(`subgraphs/${name}/schema.graphql`),
);

/** What both kinds of output agree on. `.ts` because the sources import each other by their real names. */
const shared = {
  importExtension: '.ts',
  useTypeImports: true,
  immutableTypes: true,
  enumsAsTypes: true,
  // A scalar nobody mapped is an error here, not an `any` there. `_FieldSet` comes with the federation plugin.
  strictScalars: true,
  scalars: { ID: 'string', DateTime: 'string', _FieldSet: 'string' },
} as const;

/** Typed resolvers for every subgraph, federation references included. */
const resolvers = subgraphs.map((name): [string, CodegenConfig['generates'][string]] => [
  `subgraphs/${name}/src/generated/graphql.ts`,
  {
    schema: `subgraphs/${name}/schema.graphql`,
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      ...shared,
      federation: true,
      contextType: '../context.ts#Context',
      mappers: mappersOf(name),
      // The row behind `Product` may well be called Product too.
      mapperTypeSuffix: 'Row',
      // No index signature: with one, a resolver for a field that does not exist would compile.
      useIndexSignature: false,
      avoidOptionals: { field: true, resolvers: false, inputValue: false, object: false, defaultValue: false },
    },
  },
]);

const apiSchema = 'tests/src/generated/api.graphql';

/** Typed operations for the tests, against the API schema that `npm run generate` derives from the supergraph. */
const operations: typeof resolvers =
  existsSync(apiSchema) && existsSync('tests/src/operations')
    ? [
        [
          'tests/src/generated/operations.ts',
          {
            schema: apiSchema,
            documents: 'tests/src/operations/**/*.graphql',
            plugins: ['typescript-operations', 'typed-document-node'],
            config: { ...shared, documentMode: 'string', onlyOperationTypes: true },
          },
        ],
      ]
    : [];

/**
 * Which TypeScript type stands behind a GraphQL type where they differ. `subgraphs/<name>/mappers.json` maps a type name
 * to `../file.ts#Export`, relative to the generated file, or to a type written out, as `{ id: string }` for an entity
 * that belongs to another subgraph and of which we know no more than its key.
 */
function mappersOf(name: string): Record<string, string> {
  const file = `subgraphs/${name}/mappers.json`;
  const mappers: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return Object.fromEntries(
    Object.entries(mappers ?? {}).map(([type, mapped]) => {
      if (typeof mapped !== 'string') throw new Error(`${file}: "${type}" must be mapped to a string.`);
      return [type, mapped];
    }),
  );
}

export default { generates: Object.fromEntries([...resolvers, ...operations]) } satisfies CodegenConfig;

import { existsSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

const subgraphs = ['users', 'products', 'orders', 'payments'].filter((name) =>
  existsSync(`subgraphs/${name}/schema.graphql`),
);

/** Typed resolvers for every subgraph, federation references included. */
const resolvers = Object.fromEntries(
  subgraphs.map((name) => [
    `subgraphs/${name}/src/generated/graphql.ts`,
    {
      schema: `subgraphs/${name}/schema.graphql`,
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../context.ts#Context',
        mappers: mappersOf(name),
        useTypeImports: true,
        enumsAsTypes: true,
        useIndexSignature: true,
        scalars: { ID: 'string', DateTime: 'string' },
        strictScalars: true,
        // `_FieldSet` and friends come with the federation plugin.
        defaultScalarType: 'unknown',
        avoidOptionals: { field: true, resolvers: false, inputValue: false, object: false, defaultValue: false },
      },
    },
  ]),
);

/**
 * Which TypeScript type stands behind a GraphQL type, where they differ: `subgraphs/<name>/mappers.json`
 * maps a type name to `./file#Export`, relative to the generated file.
 */
function mappersOf(name: string): Record<string, string> {
  const file = `subgraphs/${name}/mappers.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

export default { generates: resolvers, silent: false } satisfies CodegenConfig;

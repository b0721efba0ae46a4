import type { Subgraphs } from './subgraphs.ts';

const definition = `
extend schema @link(url: "https://commerce-supergraph.dev/cacheControl/v1.0", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean, permissions: [String!])
  on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum cacheControl__Scope { PUBLIC PRIVATE }
`;

/** The same subgraphs, in which every object may be kept. */
export const withHints = (subgraphs: Subgraphs): Subgraphs =>
  Object.fromEntries(
    Object.entries(subgraphs).map(([name, sdl]) => [
      name,
      sdl
        .replace('import: [', 'import: ["@composeDirective", ')
        .replaceAll(/^ *type (?!Query|Mutation)\w+(?: implements \w+(?: & \w+)*)?/gm, '$& @cacheControl(maxAge: 100)') +
        definition,
    ]),
  );

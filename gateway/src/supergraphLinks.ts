import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql';

/** A specification that a supergraph uses (the link specification, https://specs.apollo.dev/link/v1.0). */
export type Link = Readonly<{
  /** The url without its version: `https://specs.apollo.dev/cost`. */
  identity: string;
  version: string;
  /** What the specification is needed for. */
  purpose: 'SECURITY' | 'EXECUTION' | null;
  /** What this document calls one of its directives, which the specification calls `name`. */
  directive: (name: string) => string;
}>;

/** Reads what a supergraph is linked with. */
export const readLinks = ({ definitions }: DocumentNode): readonly Link[] =>
  definitions
    .flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.directives ?? [])
        : [],
    )
    .filter(({ name }) => name.value === 'link')
    .flatMap((directive) => {
      const link = readLink(directive);
      return link === null ? [] : [link];
    });

const readLink = (directive: ConstDirectiveNode): Link | null => {
  const given = argumentsOf(directive);
  const url = textOf(given.get('url'));
  const parts = url === null ? null : /^(.*)\/v(\d+\.\d+)\/?$/.exec(url);
  if (parts === null) return null;
  const [, identity = '', version = ''] = parts;
  const specification = identity.slice(identity.lastIndexOf('/') + 1);
  const namespace = textOf(given.get('as')) ?? specification;
  const imports = importsOf(given.get('import'));
  const purpose = given.get('for');
  return {
    identity,
    version,
    purpose:
      purpose?.kind === Kind.ENUM && (purpose.value === 'SECURITY' || purpose.value === 'EXECUTION')
        ? purpose.value
        : null,
    directive: (name) => imports.get(name) ?? (name === specification ? namespace : `${namespace}__${name}`),
  };
};

const importsOf = (value: ConstValueNode | undefined): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  if (value?.kind !== Kind.LIST) return names;
  for (const item of value.values) {
    if (item.kind === Kind.STRING) names.set(bare(item.value), bare(item.value));
    if (item.kind !== Kind.OBJECT) continue;
    const fields = new Map(item.fields.map((field) => [field.name.value, textOf(field.value)]));
    const name = fields.get('name');
    if (name != null) names.set(bare(name), bare(fields.get('as') ?? name));
  }
  return names;
};

const bare = (name: string): string => name.replace(/^@/, '');

/** The arguments of a directive, by name. */
export const argumentsOf = (directive: ConstDirectiveNode): ReadonlyMap<string, ConstValueNode> =>
  new Map((directive.arguments ?? []).map(({ name, value }) => [name.value, value]));

const textOf = (value: ConstValueNode | undefined): string | null => (value?.kind === Kind.STRING ? value.value : null);

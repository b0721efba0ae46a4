import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { z } from 'zod';
import { argumentsOf, readLinks, type Link } from '../supergraphLinks.ts';

/** One thing that is asked of a principal; of several alternatives one must hold, and in it everything. */
export type Demand =
  | Readonly<{ kind: 'authenticated' }>
  | Readonly<{ kind: 'scopes' | 'policies'; anyOf: readonly (readonly string[])[] }>;

/** What a supergraph demands. */
export type Rules = Readonly<{
  /** All that must hold for a field to be selected: of the type it is selected on, its own, and of the type it returns. */
  of: (parent: string, field: string, returned: string) => readonly Demand[];
  /** The names of all policies. */
  policies: readonly string[];
}>;

/** The features of a supergraph that are enforced here. */
export const enforcedFeatures = ['authenticated', 'requiresScopes', 'policy'] as const;

const identityOf = (feature: string): string => `https://specs.apollo.dev/${feature}`;
const alternatives = z.array(z.array(z.string()));

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`; null when nothing is demanded anywhere. Composition has
 * joined what several subgraphs demand of one field, so that all of it must hold.
 *
 * What is demanded of an interface, or of its field, is what any of its types demands: who selects the interface may
 * get any of them. Composition does the same since 2.12; earlier supergraphs left it open.
 */
export const readRules = (supergraph: DocumentNode): Rules | null => {
  const links = readLinks(supergraph);
  const linkOf = (feature: string) => links.find(({ identity }) => identity === identityOf(feature));
  const [authenticated, scopes, policy] = enforcedFeatures.map(linkOf);
  if (authenticated === undefined && scopes === undefined && policy === undefined) return null;

  const demands = new Map<string, readonly Demand[]>();
  const policies = new Set<string>();
  const add = (name: string, more: readonly Demand[]): void => {
    if (more.length > 0) demands.set(name, [...(demands.get(name) ?? []), ...more]);
  };
  const read = (directives: readonly ConstDirectiveNode[] = []): Demand[] =>
    directives.flatMap((directive): Demand[] => {
      if (isNamed(directive, authenticated, 'authenticated')) return [{ kind: 'authenticated' }];
      if (isNamed(directive, scopes, 'requiresScopes'))
        return [{ kind: 'scopes', anyOf: listsOf(directive, 'scopes') }];
      if (!isNamed(directive, policy, 'policy')) return [];
      const anyOf = listsOf(directive, 'policies');
      for (const name of anyOf.flat()) policies.add(name);
      return [{ kind: 'policies', anyOf }];
    });

  for (const definition of supergraph.definitions) {
    const { kind } = definition;
    if (kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION) {
      const type = definition.name.value;
      const names = [type, ...(definition.interfaces ?? []).map(({ name }) => name.value)];
      const ofType = read(definition.directives);
      for (const name of names) add(name, ofType);
      for (const field of definition.fields ?? []) {
        const ofField = read(field.directives);
        for (const name of names) add(`${name}.${field.name.value}`, ofField);
      }
    } else if (kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION) {
      add(definition.name.value, read(definition.directives));
    }
  }
  if (demands.size === 0) return null;
  const none: readonly Demand[] = [];
  return {
    of: (parent, field, returned) => [
      ...(demands.get(parent) ?? none),
      ...(demands.get(`${parent}.${field}`) ?? none),
      ...(demands.get(returned) ?? none),
    ],
    policies: [...policies].toSorted(),
  };
};

const isNamed = (directive: ConstDirectiveNode, link: Link | undefined, name: string): boolean =>
  link !== undefined && directive.name.value === link.directive(name);

const listsOf = (directive: ConstDirectiveNode, argument: string): string[][] => {
  const value = argumentsOf(directive).get(argument);
  return alternatives.parse(value === undefined ? [] : valueFromASTUntyped(value));
};

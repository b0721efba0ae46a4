import type { Principal } from '@supergraph/auth';
import {
  Kind,
  TypeInfo,
  getNamedType,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { createLru } from '../engine/createLru.ts';
import type { AuthorizationConfig } from './authorizationConfig.ts';
import { verdicts, type Decide, type Verdict } from './decide.ts';
import { forbid } from './forbidden.ts';
import { refusal } from './refusal.ts';
import type { Demand, Rules } from './rules.ts';

/** What one class of principals may do of an operation. */
export type Access = Readonly<{
  /** The same for principals with the same rights here; part of every key under which something of them is kept. */
  key: string;
  /** The operation, with what is forbidden marked as such; in it `operation`. */
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** For each field that is forbidden. Its path has no indexes: it is known before there is an answer. */
  errors: readonly GraphQLFormattedError[];
}>;

/** What a principal may do of an operation. */
export type AccessOf = (principal: Principal) => Access;

export type AccessOptions = Readonly<{
  schema: GraphQLSchema;
  rules: Rules;
  decide: Decide;
  config: AuthorizationConfig;
}>;

/**
 * Prepares what a request of this operation needs to know of its principal: only the demands that the operation meets
 * are decided for each request, and what follows of the verdicts is worked out once.
 *
 * @param document valid for the schema, and `operation` is in it
 * @returns null when nothing is demanded of anybody
 */
export const compileAccess = (
  { schema, rules, decide, config }: AccessOptions,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): AccessOf | null => {
  const demands: Demand[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (demand: Demand): number => {
    const name = JSON.stringify(demand);
    const known = indexes.get(name);
    if (known !== undefined) return known;
    indexes.set(name, demands.length);
    return demands.push(demand) - 1;
  };
  const demandsOf = new Map<FieldNode, readonly number[]>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const parent = types.getParentType();
        const returned = getNamedType(types.getType());
        const name = node.name.value;
        // What an object is, one sees from where it stands; and the schema has rules of its own.
        if (!parent || !returned || name.startsWith('__')) return;
        const found = rules.of(parent.name, name, returned.name);
        if (found.length > 0) demandsOf.set(node, [...new Set(found.map(indexOf))]);
      },
    }),
  );
  if (demandsOf.size === 0) return null;

  const restrict = (key: string, decided: readonly Verdict[]): Access => {
    const forbidden = new Map<FieldNode, number>();
    for (const [node, needed] of demandsOf) {
      const worst = needed.toSorted((one, other) => rank(decided[other]) - rank(decided[one]))[0];
      if (worst !== undefined && decided[worst] !== 'granted') forbidden.set(node, worst);
    }
    if (forbidden.size === 0) return { key, document, operation, errors: [] };
    const marked: DocumentNode = visit(document, {
      Field: (node) => (forbidden.has(node) ? forbid(node) : undefined),
    });
    const errors = placesOf(document, operation, forbidden).map(({ path, index }) =>
      refusal(demands[index], decided[index] ?? 'forbidden', path, config),
    );
    const place = document.definitions.indexOf(operation);
    const restricted = marked.definitions[place];
    if (restricted?.kind !== Kind.OPERATION_DEFINITION) throw new Error('An operation stays one.');
    return { key, document: marked, operation: restricted, errors };
  };

  const known = createLru<Access>({ entries: 64, characters: 10_000 });
  return (principal) => {
    let key = '';
    const decided = demands.map((demand) => {
      const verdict = decide(demand, principal);
      key += rank(verdict);
      return verdict;
    });
    const there = known.get(key);
    if (there !== undefined) return there;
    const access = restrict(key, decided);
    known.set(key, access);
    return access;
  };
};

const rank = (verdict: Verdict | undefined): number => (verdict === undefined ? 0 : verdicts.indexOf(verdict));

/** More errors help nobody, and fragments can name one field very often. */
const mostErrors = 100;

/** Where in the answer the forbidden fields would be. */
const placesOf = (
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
  forbidden: ReadonlyMap<FieldNode, number>,
): readonly { path: readonly string[]; index: number }[] => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const places = new Map<string, { path: readonly string[]; index: number }>();
  const empty = new Set<SelectionSetNode>();

  /** Whether there is something forbidden. A set without it is not walked through again. */
  const walk = (set: SelectionSetNode, path: readonly string[]): boolean => {
    if (empty.has(set)) return false;
    let found = false;
    for (const selection of set.selections) {
      if (places.size >= mostErrors) return true;
      if (selection.kind === Kind.FIELD) {
        const here = [...path, (selection.alias ?? selection.name).value];
        const index = forbidden.get(selection);
        if (index !== undefined) {
          places.set(here.join('.'), { path: here, index });
          found = true;
        } else if (selection.selectionSet !== undefined) {
          found = walk(selection.selectionSet, here) || found;
        }
      } else {
        const inside =
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.selectionSet
            : fragments.get(selection.name.value)?.selectionSet;
        if (inside !== undefined) found = walk(inside, path) || found;
      }
    }
    if (!found) empty.add(set);
    return found;
  };
  walk(operation.selectionSet, []);
  return [...places.values()];
};

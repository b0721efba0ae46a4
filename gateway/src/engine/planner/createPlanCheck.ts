import {
  Kind,
  parse,
  type DocumentNode,
  type FieldDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { pathsOfShape, pathsRead, renameInShape, shapeOfDocument } from '../compile/shape.ts';
import { PlanError, type Plan, type PlanNode, type Requirement, type Rewrite, type SubgraphRequest } from './plan.ts';

/** @throws PlanError for a plan that asks for a field without what it requires, or reads what nobody was asked for */
export type CheckPlan = (plan: Plan) => void;

/**
 * Looks for the mistakes of planners that show nowhere. A field with `@requires` that is asked for where the subgraph
 * was not sent what it requires is answered with something else than the truth: Apollo's planner does it, for a field
 * that is required by another and also has a requirement of its own. A representation of what no fetch before asks for
 * is never sent: Hive's planner does it behind interface objects.
 */
export const createPlanCheck = (supergraph: DocumentNode): CheckPlan => {
  const { requirements, types } = read(supergraph);

  const checkRequest = (request: SubgraphRequest, sent: ReadonlyMap<string, ReadonlySet<string>>): void => {
    const fragments = new Map(
      request.document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
      ),
    );
    const walk = (parent: string, { selections }: SelectionSetNode, here: ReadonlySet<string>): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const name = selection.name.value;
          const required = requirements.get(`${request.subgraph}:${parent}.${name}`) ?? [];
          const missing = required.find((one) => !here.has(one));
          if (missing !== undefined) {
            throw new PlanError(`The query plan asks ${request.subgraph} for ${parent}.${name} without ${missing}.`);
          }
          const key = (selection.alias ?? selection.name).value;
          const type = types.get(`${parent}.${name}`) ?? '';
          const inside = name === '_entities' ? (sent.get(key) ?? nothing) : nothing;
          if (selection.selectionSet !== undefined) walk(type, selection.selectionSet, inside);
        } else {
          const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
          if (fragment !== undefined) walk(fragment.typeCondition?.name.value ?? parent, fragment.selectionSet, here);
        }
      }
    };
    const root = rootTypes[request.kind];
    for (const definition of request.document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) walk(root, definition.selectionSet, nothing);
    }
  };

  /** @returns what is there after the node as well */
  const check = (node: PlanNode | null, there: ReadonlySet<string>): ReadonlySet<string> => {
    if (node === null) return there;
    switch (node.kind) {
      case 'sequence':
        return node.nodes.reduce((before, child) => check(child, before), there);
      case 'parallel':
        return union(node.nodes.map((child) => check(child, there)));
      case 'condition':
        return union([check(node.then, there), check(node.otherwise, there)]);
      case 'defer': {
        const first = check(node.primary, there);
        return union(node.deferred.map((later) => check(later.node, first)));
      }
      case 'fetch':
        checkRequest(node.request, new Map());
        return union([there, writtenBy(node.request, '', '', node.outputRewrites)]);
      case 'entities': {
        checkRequest(node.request, new Map(node.groups.map(({ key, requires }) => [key, namesOf(requires)])));
        const written = [there];
        for (const group of node.groups) {
          for (const path of group.paths) {
            const read = new Set<string>();
            const place = pathsRead(group, path, read);
            const missing = [...read].find((one) => !there.has(one));
            if (missing !== undefined) {
              throw new PlanError(
                `The query plan sends ${node.request.subgraph} what nobody was asked for: ${missing}.`,
              );
            }
            written.push(writtenBy(node.request, group.key, place, group.outputRewrites));
          }
        }
        return union(written);
      }
    }
  };
  return ({ node }) => void check(node, nothing);
};

/** Composition gives them these names, whatever subgraphs call them. */
const rootTypes = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]));

/** The paths that the answer to a request fills, below a field of it and at a place. */
const writtenBy = (
  { document }: SubgraphRequest,
  key: string,
  place: string,
  rewrites: readonly Rewrite[],
): ReadonlySet<string> => {
  const whole = shapeOfDocument(document);
  const shape = key === '' ? whole : (whole.get(key) ?? new Map());
  renameInShape(shape, rewrites);
  const paths = new Set<string>();
  pathsOfShape(shape, place, paths);
  return paths;
};

const nothing: ReadonlySet<string> = new Set();

const namesOf = (requires: readonly Requirement[]): ReadonlySet<string> =>
  new Set(requires.flatMap((one) => (one.kind === 'field' ? [one.to] : [...namesOf(one.selections)])));

/** From `@join__field(graph:, requires:)`: what is required by `subgraph:Type.field`; and the types of all fields. */
const read = (supergraph: DocumentNode) => {
  const requirements = new Map<string, readonly string[]>();
  const types = new Map<string, string>();
  const graphs = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) graphs.set(value.name.value, argumentsOf(value)[0]?.['name'] ?? '');
  }
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const place = `${definition.name.value}.${field.name.value}`;
      types.set(place, nameOf(field.type));
      for (const { graph, requires } of argumentsOf(field)) {
        if (graph === undefined || requires === undefined) continue;
        requirements.set(`${graphs.get(graph) ?? ''}:${place}`, topFieldsOf(requires));
      }
    }
  }
  return { requirements, types };
};

const argumentsOf = ({ directives = [] }: Pick<FieldDefinitionNode, 'directives'>) =>
  directives.map(({ arguments: given = [] }) => {
    const texts: Partial<Record<string, string>> = {};
    for (const { name, value } of given) {
      if (value.kind === Kind.STRING || value.kind === Kind.ENUM) texts[name.value] = value.value;
    }
    return texts;
  });

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

const topFieldsOf = (requires: string): string[] => {
  const namesIn = ({ selections }: SelectionSetNode): string[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : [];
    });
  return parse(`{${requires}}`).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? namesIn(definition.selectionSet) : [],
  );
};

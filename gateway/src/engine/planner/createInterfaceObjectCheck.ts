import { Kind, visit, type DocumentNode } from 'graphql';
import { PlanError, type Plan, type PlanNode } from './plan.ts';

/**
 * Refuses plans that ask a subgraph about entities which are interface objects there. Hive's planner (0.0.38) asks it
 * about those of one type that implements the interface, whichever the operation is about, and what it needs for the others
 * is missing without a word. Apollo's plans these well.
 */
export const createInterfaceObjectCheck = (supergraph: DocumentNode): ((plan: Plan) => void) => {
  const interfaceObjects = read(supergraph);
  if (interfaceObjects.size === 0) return () => {};

  const check = (node: PlanNode | null): void => {
    if (node === null || node.kind === 'fetch' || node.kind === 'defer') return;
    if (node.kind === 'sequence' || node.kind === 'parallel') return node.nodes.forEach(check);
    if (node.kind === 'condition') return [node.then, node.otherwise].forEach(check);
    const { subgraph, document } = node.request;
    visit(document, {
      InlineFragment: ({ typeCondition }) => {
        const type = typeCondition?.name.value ?? '';
        if (interfaceObjects.has(`${subgraph}:${type}`)) {
          throw new PlanError(`The query plan asks ${subgraph} about ${type}, which is an interface object there.`);
        }
      },
    });
  };
  return ({ node }) => check(node);
};

/** `subgraph:Type` of each `@join__type(graph:, isInterfaceObject: true)`. */
const read = ({ definitions }: DocumentNode): ReadonlySet<string> => {
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of definition.values ?? []) {
      const given = directives[0]?.arguments?.find((argument) => argument.name.value === 'name')?.value;
      if (given?.kind === Kind.STRING) names.set(name.value, given.value);
    }
  }
  return new Set(
    definitions.flatMap((definition) => {
      if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
      return (definition.directives ?? []).flatMap(({ arguments: given = [] }) => {
        const valueOf = (key: string) => given.find(({ name }) => name.value === key)?.value;
        const [graph, is] = [valueOf('graph'), valueOf('isInterfaceObject')];
        if (graph?.kind !== Kind.ENUM || is?.kind !== Kind.BOOLEAN || !is.value) return [];
        return [`${names.get(graph.value) ?? ''}:${definition.name.value}`];
      });
    }),
  );
};

import {
  Kind,
  parse,
  print,
  validate,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql';
import type { Operation } from './generateOperation.ts';

/** Makes an operation smaller as long as it still fails; what is left is what it takes. */
export const shrinkOperation = async (
  api: GraphQLSchema,
  operation: Operation,
  fails: (smaller: Operation) => Promise<boolean>,
  attempts = 600,
): Promise<Operation> => {
  let smallest = operation;
  let left = attempts;
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (let nth = 0; left > 0; nth += 1) {
      const candidate = without(smallest, nth);
      if (candidate === undefined) break;
      if (validate(api, parse(candidate.query)).length > 0) continue;
      left -= 1;
      if (!(await fails(candidate).catch(() => false))) continue;
      smallest = candidate;
      progress = true;
      nth -= 1;
    }
  }
  return smallest;
};

/** The operation without its nth selection, directive or argument, or with the nth fragment written out. */
const without = ({ query, variables }: Operation, nth: number): Operation | undefined => {
  const document = parse(query);
  let turn = 0;
  let found = false;
  const isIt = (): boolean => {
    found ||= turn === nth;
    return turn++ === nth;
  };
  const bodies = new Map<string, readonly SelectionNode[]>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) bodies.set(node.name.value, node.selectionSet.selections);
  const changed: DocumentNode = visit(document, {
    SelectionSet: (node) => {
      const selections = node.selections.flatMap((selection): readonly SelectionNode[] => {
        if (isIt()) return [];
        const inlined =
          selection.kind === Kind.INLINE_FRAGMENT && isIt() ? selection.selectionSet.selections : undefined;
        return inlined ?? [selection];
      });
      if (selections.length === 0)
        return { ...node, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] as const };
      return { ...node, selections };
    },
    FragmentSpread: (node) => {
      const on = document.definitions.find(
        (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
      );
      if (on?.kind !== Kind.FRAGMENT_DEFINITION || !isIt()) return undefined;
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: on.typeCondition,
        selectionSet: on.selectionSet,
        directives: node.directives ?? [],
      };
    },
    Directive: () => (isIt() ? null : undefined),
    Argument: () => (isIt() ? null : undefined),
  });
  return found ? tidied(changed, variables) : undefined;
};

/** Without fragments and variables that nothing uses any more. */
const tidied = (document: DocumentNode, variables: Operation['variables']): Operation => {
  let current = document;
  for (let before = -1; before !== current.definitions.length;) {
    before = current.definitions.length;
    const spreads = new Set<string>();
    visit(current, { FragmentSpread: (node) => void spreads.add(node.name.value) });
    current = {
      ...current,
      definitions: current.definitions.filter(
        (node) => node.kind !== Kind.FRAGMENT_DEFINITION || spreads.has(node.name.value),
      ),
    };
  }
  const used = new Set<string>();
  visit(current, {
    VariableDefinition: () => false,
    Variable: (node) => void used.add(node.name.value),
  });
  const query = print(
    visit(current, { VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null) }),
  );
  return { query, variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name))) };
};

import {
  Kind,
  parse,
  print,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from './generateOperation.ts';

/** An operation taken apart: for each response key of its root, the operation that asks for nothing else. */
export const rootParts = ({ query, variables }: Operation): ReadonlyMap<string, Operation> => {
  const document = parse(query, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const keys = new Set<string>();
  /** What is left of a selection for one key; fragments keep their conditions. */
  const only = ({ selections }: SelectionSetNode, key: string | null): readonly SelectionNode[] =>
    selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        const own = (selection.alias ?? selection.name).value;
        keys.add(own);
        return own === key ? [selection] : [];
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const inside = fragment === undefined ? [] : only(fragment.selectionSet, key);
      if (inside.length === 0) return [];
      const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: inside };
      return [{ kind: Kind.INLINE_FRAGMENT, directives: selection.directives ?? [], selectionSet }];
    });
  const withRoot = (key: string | null): DocumentNode => ({
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: only(definition.selectionSet, key) } }
        : definition,
    ),
  });
  withRoot(null);
  return new Map([...keys].map((key) => [key, { query: print(withoutUnused(withRoot(key))), variables }]));
};

/** Without the fragments and variables that nothing names any more, as a valid document is. */
const withoutUnused = (document: DocumentNode): DocumentNode => {
  const used = new Set<string>();
  const add = (node: DocumentNode['definitions'][number]): void =>
    void visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void used.add(`$${name.value}`),
      FragmentSpread: ({ name: { value } }) => {
        if (used.has(value)) return;
        used.add(value);
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === value,
        );
        if (fragment !== undefined) add(fragment);
      },
    });
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) add(definition);
  return visit(document, {
    FragmentDefinition: ({ name }) => (used.has(name.value) ? undefined : null),
    VariableDefinition: ({ variable }) => (used.has(`$${variable.name.value}`) ? undefined : null),
  });
};

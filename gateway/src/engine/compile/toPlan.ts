import {
  Kind,
  OperationTypeNode,
  print,
  visit,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Keys } from './createKeys.ts';
import { groupBy } from './groupBy.ts';
import { rootFields, type Specialised } from './specialise.ts';

/**
 * The texts to plan for an operation, in the order in which they run, one after the other: one text, or none when
 * there is nothing to fetch, or for a mutation with several fields one for each, since the next may only begin when
 * the one before has everything it selects (GraphQL specification, section 6.2.2).
 *
 * Introspection and the root's `__typename` are answered here and not planned.
 */
export const textsToPlan = (specialised: Specialised, keys: Keys): readonly string[] => {
  const { operation } = specialised;
  const fields = rootFields(specialised).filter(({ name }) => !name.value.startsWith('__'));
  if (fields.length === 0) return [];
  if (operation.operation !== OperationTypeNode.MUTATION) return [textOf(specialised, fields, keys)];
  const byKey = groupBy(fields, (field) => keys.of(field));
  return [...byKey.values()].map((group) => textOf(specialised, group, keys));
};

const textOf = ({ operation, fragments }: Specialised, fields: readonly FieldNode[], keys: Keys): string => {
  const selectionSet = renamed({ kind: Kind.SELECTION_SET, selections: fields }, keys);
  const used = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const collect = (node: SelectionSetNode): void => {
    visit(node, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name: { value } }) => {
        const fragment = fragments.get(value);
        if (fragment === undefined || used.has(value)) return;
        const planned = { ...fragment, selectionSet: renamed(fragment.selectionSet, keys) };
        used.set(value, planned);
        collect(planned.selectionSet);
      },
    });
  };
  collect(selectionSet);
  const { name: _, directives: _1, ...rest } = operation;
  const planned: OperationDefinitionNode = {
    ...rest,
    selectionSet,
    variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
      variables.has(variable.name.value),
    ),
  };
  return print({ kind: Kind.DOCUMENT, definitions: [planned, ...used.values()] });
};

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const renamed = (root: SelectionSetNode, keys: Keys): SelectionSetNode =>
  visit(root, {
    Field: {
      enter: (node) => {
        const key = keys.of(node);
        const { alias: _, ...plain } = node;
        return key === node.name.value ? plain : { ...plain, alias: { kind: Kind.NAME, value: key } };
      },
    },
    SelectionSet: {
      // Conditions may have left nothing, and an object is still an object.
      leave: (node) => (node.selections.length === 0 ? { ...node, selections: [typename] } : node),
    },
  });

import {
  Kind,
  parse,
  print,
  visit,
  type DirectiveNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { Operation } from './generateOperation.ts';
import { createRandom } from './random.ts';

/** The same operation with some of it deferred: fragments that it has, and parts of selections made into fragments. */
export const deferOperation = ({ query, variables }: Operation, seed: number): Operation => {
  const random = createRandom(seed * 31 + 7);
  const given: Record<string, unknown> = { ...variables };
  const definitions: VariableDefinitionNode[] = [];
  let labels = 0;
  const directive = (): DirectiveNode => {
    const args: string[] = random.chance(0.7) ? [`label: "l${(labels += 1)}"`] : [];
    if (random.chance(0.2)) args.push(`if: ${random.chance(0.7)}`);
    else if (random.chance(0.2)) {
      const name = `d${definitions.length + 1}`;
      const [definition] = parse(`query ($${name}: Boolean) { a }`).definitions;
      if (definition?.kind === Kind.OPERATION_DEFINITION) definitions.push(...(definition.variableDefinitions ?? []));
      given[name] = random.chance(0.7);
      args.push(`if: $${name}`);
    }
    const [node] = parse(`{ ... @defer${args.length > 0 ? `(${args.join(', ')})` : ''} { a } }`).definitions;
    const [selection] = node?.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : [];
    const [made] = selection?.directives ?? [];
    if (made === undefined) throw new Error('There is a directive.');
    return made;
  };
  const deferred = visit(parse(query), {
    InlineFragment: (node) =>
      random.chance(0.3) ? { ...node, directives: [...(node.directives ?? []), directive()] } : undefined,
    FragmentSpread: (node) =>
      random.chance(0.3) ? { ...node, directives: [...(node.directives ?? []), directive()] } : undefined,
    SelectionSet: {
      leave: (node) => {
        if (!random.chance(0.25)) return undefined;
        const from = random.below(node.selections.length + 1);
        const later = node.selections.slice(from);
        if (later.length === 0) return undefined;
        const fragment: SelectionNode = {
          kind: Kind.INLINE_FRAGMENT,
          directives: [directive()],
          selectionSet: { kind: Kind.SELECTION_SET, selections: later },
        };
        return { ...node, selections: [...node.selections.slice(0, from), fragment] };
      },
    },
  });
  const withVariables = visit(deferred, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: [...(node.variableDefinitions ?? []), ...definitions],
    }),
  });
  return { query: print(withVariables), variables: given };
};

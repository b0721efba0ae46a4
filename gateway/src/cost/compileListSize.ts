import { DomainError } from '@supergraph/errors';
import { Kind, type FieldNode, type GraphQLField } from 'graphql';
import type { Variables } from '../engine/compile/compileVariables.ts';
import type { Formula } from './formula.ts';
import type { ListSize } from './readWeights.ts';

/** An argument's value: undefined when it is not given. */
type Read = (variables: Variables) => unknown;

/**
 * How long a list may be by its `@listSize`: the greatest of its slicing arguments, defaults included, else the
 * assumed size, else that of any list.
 */
export const compileListSize =
  (fallback: number) =>
  (
    { assumedSize, slicingArguments, requireOneSlicingArgument }: ListSize,
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
  ): Formula => {
    if (slicingArguments.length === 0) return assumedSize ?? fallback;
    const reads = slicingArguments.map((name) => readArgument(name, node, field));
    const sizeFor = (variables: Variables): number => {
      const given = reads
        .map(({ read }) => read(variables))
        .filter((value): value is number => typeof value === 'number');
      if (requireOneSlicingArgument && given.length !== 1) {
        throw new DomainError(
          'LIST_SIZE_REQUIRED',
          `Say how many items of ${node.name.value} you want, with exactly one of: ${slicingArguments.join(', ')}.`,
          { arguments: slicingArguments },
        );
      }
      return given.length > 0 ? Math.max(0, ...given) : (assumedSize ?? fallback);
    };
    // A mistake that needs no variable is found with the operation's cost all the same, not when it is compiled.
    const settled = !requireOneSlicingArgument && reads.every(({ open }) => !open);
    return settled ? sizeFor({}) : sizeFor;
  };

const readArgument = (
  name: string,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
): { read: Read; open: boolean } => {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  const fallback: unknown = field.args.find((argument) => argument.name === name)?.defaultValue;
  if (value === undefined) return { read: () => fallback, open: false };
  if (value.kind === Kind.VARIABLE) {
    const variable = value.name.value;
    return { read: (variables) => (variables[variable] === undefined ? fallback : variables[variable]), open: true };
  }
  const number = value.kind === Kind.INT ? Number(value.value) : null;
  return { read: () => number, open: false };
};

import { Kind, type ArgumentNode, type FieldNode } from 'graphql';

/** No client can send it: an argument that a field does not have fails validation. */
const mark: ArgumentNode = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: '__forbidden' },
  value: { kind: Kind.BOOLEAN, value: true },
};

/**
 * A field as it stays in the operation of somebody who may not read it: it is not asked for, and it is null in the
 * answer even where its value is known, because another subgraph needed it.
 */
export const forbid = ({ selectionSet: _, ...field }: FieldNode): FieldNode => ({
  ...field,
  arguments: [...(field.arguments ?? []), mark],
});

export const isForbidden = ({ arguments: given }: FieldNode): boolean => given?.at(-1) === mark;

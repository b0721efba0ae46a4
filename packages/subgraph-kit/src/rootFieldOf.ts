import {
  Kind,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/**
 * The root field of a subscription with its arguments, which are what a cursor is bound to. Null for other operations,
 * and for one whose variables do not fit: executing it says what is wrong.
 *
 * @param document valid, so that a subscription has one root field (GraphQL specification, section 5.2.3.1)
 */
export const rootFieldOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  payload: Readonly<{
    operationName?: string | null | undefined;
    variables?: Record<string, unknown> | null | undefined;
  }>,
): Readonly<{ field: string; arguments: Record<string, unknown> }> | null => {
  const operation = getOperationAST(document, payload.operationName);
  const type = schema.getSubscriptionType();
  if (operation?.operation !== 'subscription' || !type) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], payload.variables ?? {});
  const [selection] = operation.selectionSet.selections;
  if (coerced === undefined || selection?.kind !== Kind.FIELD) return null;
  const definition = type.getFields()[selection.name.value];
  if (definition === undefined) return null;
  return { field: definition.name, arguments: getArgumentValues(definition, selection, coerced) };
};

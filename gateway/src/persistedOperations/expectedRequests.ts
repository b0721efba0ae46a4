import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import type { OperationInUse } from '../engine/createOperations.ts';
import type { StoredOperation } from './createOperationStore.ts';

/**
 * How registered operations will be asked for, so that they can be planned before they are: with and without their name,
 * with the values that their conditions have unless a request says otherwise. Subscriptions are planned elsewhere.
 */
export const expectedRequests = (operations: readonly StoredOperation[]): readonly OperationInUse[] =>
  operations.flatMap(({ body, name, type }) =>
    type === 'subscription'
      ? []
      : [undefined, name].map((operationName) => ({
          query: body,
          operationName,
          name,
          conditions: [defaultsOf(body, name)],
          requests: 0,
        })),
  );

/** The boolean variables that have a default. What is not valid is found out when it is planned. */
const defaultsOf = (body: string, name: string): Readonly<Record<string, boolean>> => {
  const operation = operationOf(body, name);
  return Object.fromEntries(
    (operation?.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value]] : [],
    ),
  );
};

const operationOf = (body: string, name: string): OperationDefinitionNode | undefined => {
  try {
    return parse(body, { noLocation: true }).definitions.find(
      (definition): definition is OperationDefinitionNode =>
        definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === name,
    );
  } catch {
    return undefined;
  }
};

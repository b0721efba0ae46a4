import { GraphQLError, Kind, parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import type { RegisteredOperation } from './manifest.ts';

/** What is wrong with one operation. */
export type OperationProblem = Readonly<{ id: string; name: string; problem: string }>;

/** Compares operations with the schema that clients see, and each with what its entry says of it. */
export const checkOperations = (
  schema: GraphQLSchema,
  operations: readonly RegisteredOperation[],
): readonly OperationProblem[] =>
  operations.flatMap((operation) =>
    problemsOf(schema, operation).map((problem) => ({ id: operation.id, name: operation.name, problem })),
  );

const problemsOf = (schema: GraphQLSchema, { name, type, body }: RegisteredOperation): readonly string[] => {
  try {
    const document = parse(body);
    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations;
    if (operation === undefined || operations.length > 1) {
      return [`has ${operations.length} operations; an entry is one, with its fragments`];
    }
    const entry = [
      ...(operation.name?.value === name ? [] : [`is called ${operation.name?.value ?? 'nothing'} in its body`]),
      ...(operation.operation === type ? [] : [`is a ${operation.operation}, not a ${type}`]),
    ];
    return [...entry, ...validate(schema, document, specifiedRules).map(described)];
  } catch (error) {
    if (error instanceof GraphQLError) return [described(error)];
    throw error;
  }
};

const described = ({ message, locations }: GraphQLError): string => {
  const [at] = locations ?? [];
  return at === undefined ? message : `${message} (line ${at.line}, column ${at.column})`;
};

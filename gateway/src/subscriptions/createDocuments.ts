import { GraphQLError, Kind, getOperationAST, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { createLru } from '../engine/createLru.ts';
import { checkLimits } from '../limits/checkLimits.ts';
import type { LimitsConfig } from '../limits/limitsConfig.ts';
import { parseWithin } from '../limits/parseWithin.ts';

/** An operation of a document, read once for all who send the same text. */
export type ReadOperation = Readonly<{
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Of a subscription. */
  rootField: string;
}>;

/** Reads operations, and remembers them. */
export type Documents = Readonly<{
  /** @throws GraphQLError for a text that is no GraphQL, or without such an operation */
  read: (query: string, operationName: string | undefined) => ReadOperation;
}>;

const limits = { entries: 2_000, characters: 10_000_000 };

/** @param limits on the size of an operation, the same as for queries */
export const createDocuments = (limitsOfOperations: LimitsConfig): Documents => {
  const known = createLru<ReadOperation>(limits);
  return {
    read: (query, operationName) => {
      const key = operationName === undefined ? query : `${operationName}\n${query}`;
      const there = known.get(key);
      if (there !== undefined) return there;
      const made = read(query, operationName, limitsOfOperations);
      known.set(key, made);
      return made;
    },
  };
};

const read = (query: string, operationName: string | undefined, within: LimitsConfig): ReadOperation => {
  const document = parsed(query, within);
  const [tooLarge] = checkLimits(document, within);
  if (tooLarge !== undefined) throw tooLarge;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw coded(new GraphQLError('The document has no such operation.'), 'OPERATION_RESOLUTION_FAILURE');
  const [selection] = operation.selectionSet.selections;
  return {
    document,
    operation,
    rootField: selection?.kind === Kind.FIELD ? selection.name.value : '',
  };
};

const parsed = (query: string, within: LimitsConfig): DocumentNode => {
  const document = parseWithin(query, within);
  if ('kind' in document) return document;
  throw document[0] ?? new GraphQLError('The document cannot be read.');
};

/** The same error with a code of ours. */
export const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    extensions: { ...error.extensions, code },
  });

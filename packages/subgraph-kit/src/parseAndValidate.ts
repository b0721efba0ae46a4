import { GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema, ValidationRule } from 'graphql';

/** An operation that cannot be executed, with every reason. */
export class InvalidOperation extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('invalid operation');
    this.errors = errors;
  }
}

/** The document of a query, with the error codes that Apollo Server gives on HTTP. @throws InvalidOperation */
export const parseAndValidate = (
  schema: GraphQLSchema,
  query: string,
  rules: readonly ValidationRule[],
): DocumentNode => {
  const document = parseOrRefuse(query);
  const errors = validate(schema, document, rules);
  if (errors.length === 0) return document;
  throw new InvalidOperation(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
};

const parseOrRefuse = (query: string): DocumentNode => {
  try {
    return parse(query);
  } catch (error) {
    throw error instanceof GraphQLError ? new InvalidOperation([coded(error, 'GRAPHQL_PARSE_FAILED')]) : error;
  }
};

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { ...error.extensions, code, category: 'INVALID' },
  });

import type { ErrorCode } from '@supergraph/errors';
import { GraphQLError, parse, type DocumentNode } from 'graphql';
import type { LimitsConfig } from './limitsConfig.ts';

/** Parses a document, and stops where it is too long. What is wrong with it is returned. */
export const parseWithin = (query: string, { tokens }: LimitsConfig): DocumentNode | readonly GraphQLError[] => {
  try {
    return parse(query, { maxTokens: tokens });
  } catch (error) {
    if (error instanceof GraphQLError) {
      // graphql-js has no other sign of it.
      const tooLong = error.message.includes(`${tokens} tokens. Parsing aborted.`);
      return tooLong
        ? [refusal('The document is too long.', 'OPERATION_TOO_MANY_TOKENS', tokens)]
        : [located(error, 'GRAPHQL_PARSE_FAILED')];
    }
    // graphql-js parses what is in brackets by calling itself: thousands of them and the stack is full.
    if (error instanceof RangeError) return [refusal('The document is nested too deeply.', 'OPERATION_TOO_DEEP')];
    throw error;
  }
};

const refusal = (message: string, code: ErrorCode, limit?: number): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...(limit !== undefined && { limit }) } });

const located = ({ message, source, positions }: GraphQLError, code: ErrorCode): GraphQLError =>
  new GraphQLError(message, { source: source ?? null, positions: positions ?? null, extensions: { code } });

import { parseGraphQLAnswer, type GraphQLAnswer } from '../../upstream/graphqlAnswer.ts';
import { isData } from '../compile/values.ts';

/** What a subgraph answered: `data` unread, since only what was asked for is ever looked at. */
export type SubgraphAnswer = Readonly<{ data: unknown; errors?: NonNullable<GraphQLAnswer['errors']> }>;

/** Reads an answer; undefined when it is not GraphQL. */
export const readAnswer = (text: string): SubgraphAnswer | undefined => {
  const value = parsed(text);
  if (!isData(value)) return undefined;
  const { data, errors } = value;
  // The usual case has no errors, and then there is nothing to check but this.
  if (errors === undefined || errors === null) return isData(data) || data === null ? { data } : undefined;
  const answer = parseGraphQLAnswer({ errors });
  return answer?.errors && { data, errors: answer.errors };
};

const parsed = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

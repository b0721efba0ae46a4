import type { GraphQLError } from 'graphql';

/** The error of a variable, with its code. */
export const asBadInput = (error: GraphQLError): GraphQLError => {
  error.extensions['code'] = 'BAD_USER_INPUT';
  return error;
};

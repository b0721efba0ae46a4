import type { GraphQLFormattedError } from 'graphql';

/** What a client is told that reads more slowly than things happen: where to go on, if the subgraph knows places. */
export const overflowError = (cursor: string | null): GraphQLFormattedError => ({
  message: 'Events arrive faster than this connection reads them.',
  extensions: { code: 'SUBSCRIPTION_OVERFLOW', category: 'UNAVAILABLE', ...(cursor !== null && { cursor }) },
});

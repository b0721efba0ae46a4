import type { FetchNode } from '@apollo/query-planner';
import { describe, expect, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { createApolloPlanner } from './createApolloPlanner.ts';

const planOf = (operation: string) => {
  const node: FetchNode = {
    ...{ kind: 'Fetch', serviceName: 'a', operationKind: OperationTypeNode.QUERY, operationName: undefined },
    operation,
  };
  return createApolloPlanner({ plan: async () => ({ kind: 'QueryPlan', node }) }, [])('{ ignored }', 0);
};
const textOf = async (operation: string) => {
  const { node } = await planOf(operation);
  return node?.kind === 'fetch' ? node.request.text : undefined;
};

describe('a fetch of the planner', () => {
  test('is sent as it is', async () => {
    expect(await textOf('{ a { ... on X { b } } }')).toBe('{ a { ... on X { b } } }');
  });

  test('loses fragments without a selection, and those that held nothing else', async () => {
    expect(await textOf('{ a(t: "... on X { }") { ... on Y @include(if: $c) { ... on X { } } ... on X { } b } }')).toBe(
      '{ a(t: "... on X { }") {   b } }',
    );
  });

  test('is refused when a field has no selection', async () => {
    await expect(textOf('{ a { ... on X { } } }')).rejects.toThrow('Syntax Error');
  });
});

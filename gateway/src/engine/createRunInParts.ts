import { OperationTypeNode } from 'graphql';
import type { RequestContext } from '../requestContext.ts';
import type { Ready } from '../steps.ts';
import type { Cancellation } from './execute/cancellation.ts';
import type { Deliver } from './execute/deliver.ts';

/**
 * Executes an operation whose answer may come in parts; null when nothing in it is deferred for these variables.
 * Nobody else waits for such an answer and no cache keeps it.
 */
export type RunInParts = (
  ready: Ready,
  context: RequestContext,
  cancellation: Cancellation | null,
) => Promise<AsyncIterable<string> | null>;

/** @param forget as for `createRun`: called when a mutation is over */
export const createRunInParts =
  (deliver: Deliver, forget: () => void): RunInParts =>
  async ({ prepared, variables, access }, context, cancellation) => {
    const operation = await prepared.compiled(variables, access, true);
    if (operation.deferred.length === 0) return null;
    const parts = deliver(operation, variables, context, cancellation, access?.errors ?? []);
    return prepared.operation.operation === OperationTypeNode.MUTATION ? withEnd(parts, forget) : parts;
  };

async function* withEnd(parts: AsyncIterable<string>, ended: () => void): AsyncGenerator<string, void> {
  try {
    yield* parts;
  } finally {
    ended();
  }
}

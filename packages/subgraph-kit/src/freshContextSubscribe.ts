import { createSourceEventStream, execute, GraphQLError } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';

/**
 * graphql-js' `subscribe`, but every event is executed with a context of its own. With one context for the whole
 * stream the first event's loaders would answer all later ones from their cache.
 *
 * @param args their `contextValue` opens the stream
 * @param freshContext makes the context of one event
 */
export const subscribeWithFreshContext = async (
  args: ExecutionArgs,
  freshContext: () => unknown,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> => {
  const source = await openStream(args);
  if (!isAsyncIterable(source)) return source;

  const events = source[Symbol.asyncIterator]();
  const end = { done: true, value: undefined } as const;
  // Not an async generator: its `return()` would wait for the next event before it lets go of the source.
  const results: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      const event = await events.next();
      if (event.done === true) return end;
      return { done: false, value: await execute({ ...args, rootValue: event.value, contextValue: freshContext() }) };
    },
    return: async () => {
      await events.return?.();
      return end;
    },
    throw: async (error: unknown) => {
      await events.throw?.(error);
      throw error;
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
};

/** Every failure to open is a result with errors, so that one subscription never costs the connection. */
const openStream = async (args: ExecutionArgs): Promise<AsyncIterable<unknown> | ExecutionResult> => {
  try {
    return await createSourceEventStream(args);
  } catch (error) {
    return {
      errors: [
        new GraphQLError('Cannot subscribe.', {
          originalError: error instanceof Error ? error : new Error(String(error)),
        }),
      ],
    };
  }
};

const isAsyncIterable = (value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;

import { createSourceEventStream, execute, GraphQLError } from 'graphql';
import { DomainError } from '@supergraph/errors';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { isResumable, type Followed } from './resumable.ts';

/**
 * graphql-js' `subscribe`, but every event is executed with a context of its own. With one context for the whole
 * stream the first event's loaders would answer all later ones from their cache.
 *
 * Each event of a stream that can be resumed comes with `extensions.cursor`: where to go on after it. Who asked for it
 * is also told where the stream becomes live, with `extensions.live`, a cursor and no data.
 *
 * @param args their `contextValue` opens the stream
 * @param freshContext makes the context of one event
 * @param cursor what the client brought; a stream without places cannot take it, and says so
 */
export const subscribeWithFreshContext = async (
  args: ExecutionArgs,
  freshContext: () => unknown,
  cursor: string | null,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> => {
  const source = await openStream(args);
  if (!isAsyncIterable(source)) return source;

  const places = isResumable(source);
  if (cursor !== null && !places) return notResumable(source);

  const run = async (rootValue: unknown): Promise<ExecutionResult> =>
    execute({ ...args, rootValue, contextValue: freshContext() });
  const runFollowed = async ({ event, cursor: after, snapshot }: Followed): Promise<ExecutionResult> => {
    if (event === null) return { extensions: { cursor: after, live: true } };
    const extensions = { ...(after !== null && { cursor: after }), ...(snapshot && { snapshot }) };
    const { extensions: own, ...result } = await run(event);
    return { ...result, extensions: { ...own, ...extensions } };
  };

  const events = source[Symbol.asyncIterator]();
  const end = { done: true, value: undefined } as const;
  // Not an async generator: its `return()` would wait for the next event before it lets go of the source.
  const results: AsyncIterableIterator<ExecutionResult> = {
    next: async () => {
      const event = await events.next();
      if (event.done === true) return end;
      // A stream that is marked yields nothing else.
      return { done: false, value: await (places ? runFollowed(event.value as Followed) : run(event.value)) };
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

const notResumable = async (source: AsyncIterable<unknown>): Promise<ExecutionResult> => {
  await source[Symbol.asyncIterator]().return?.();
  const originalError = new DomainError('SUBSCRIPTION_NOT_RESUMABLE', 'This subscription cannot be resumed.');
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
};

const isAsyncIterable = (value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;

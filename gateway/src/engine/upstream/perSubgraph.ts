import { remember } from './remember.ts';
import type { Wrapper } from './send.ts';

/** What stands between the engine and one subgraph; null: nothing. */
export type WrapperOf = (subgraph: string) => Wrapper | null;

/**
 * Puts wrappers together, the first outermost, once for each subgraph: what is off for it costs a request nothing. They
 * are asked for once too, so what a wrapper learns of a subgraph is known to all sends that are wrapped.
 */
export const perSubgraph = (wrappersOf: readonly WrapperOf[]): Wrapper => {
  const wrapperOf = remember((subgraph): Wrapper => {
    const wrappers = wrappersOf.flatMap((wrapperFor) => wrapperFor(subgraph) ?? []);
    return (send) => wrappers.reduceRight((inner, wrapper) => wrapper(inner), send);
  });
  return (send) => {
    const sendOf = remember((subgraph) => wrapperOf(subgraph)(send));
    return (request, answered) => sendOf(request.subgraph)(request, answered);
  };
};

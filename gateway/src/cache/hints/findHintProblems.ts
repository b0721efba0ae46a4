import type { CacheSchema } from './readCacheSchema.ts';

/**
 * Hints under which one viewer could be served what is another's. A supergraph that has any is not loaded.
 *
 * @param viewersAreKnown whether tokens are verified or headers propagated, so that there is a viewer to put into a key
 */
export const findHintProblems = (schema: CacheSchema, viewersAreKnown: boolean): readonly string[] => {
  const problems: string[] = [];
  for (const type of schema.types.values()) {
    const hinted = [
      { name: type.name, hint: type.hint, guarded: type.guarded },
      ...[...type.fields].map(([field, { hint, guarded }]) => ({ name: `${type.name}.${field}`, hint, guarded })),
    ];
    for (const { name, hint, guarded } of hinted) {
      if (hint === null || hint.maxAge === 0) continue;
      if (guarded && hint.scope === 'PUBLIC') {
        problems.push(`${name} is not shown to everybody, but its @cacheControl is PUBLIC.`);
      }
      if (!viewersAreKnown && hint.scope === 'PRIVATE') {
        problems.push(
          `${name} is PRIVATE, but neither tokens are verified nor headers propagated: all viewers look alike here.`,
        );
      }
    }
  }
  return problems;
};

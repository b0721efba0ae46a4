import type { Rewrite } from '../planner/plan.ts';
import type { TypeNames } from './typeNames.ts';
import { isData, own, put } from './values.ts';

/** Changes a subgraph's answer in place. */
export type ApplyRewrites = (data: unknown) => void;

/** Null when there is nothing to change, which is nearly always. */
export const compileOutputRewrites = (rewrites: readonly Rewrite[], types: TypeNames): ApplyRewrites | null => {
  if (rewrites.length === 0) return null;
  const all = rewrites.map((rewrite) => compileOne(rewrite, types));
  return (data) => {
    for (const apply of all) apply(data);
  };
};

const compileOne = (rewrite: Rewrite, types: TypeNames): ApplyRewrites => {
  const { path } = rewrite;
  let apply: ApplyRewrites = () => {};
  for (const [index, segment] of [...path.entries()].toReversed()) {
    const next = apply;
    if (segment.kind === 'type') {
      const names = types.within(segment.names);
      apply = each((data) => {
        const typename = own(data, '__typename');
        if (typename === undefined || (typeof typename === 'string' && names.has(typename))) next(data);
      });
    } else if (index === path.length - 1) {
      apply = each((data) => {
        const value = own(data, segment.name);
        if (value === undefined) return;
        if (rewrite.kind === 'set') {
          put(data, segment.name, rewrite.value);
        } else {
          delete data[segment.name];
          put(data, rewrite.to, value);
        }
      });
    } else {
      apply = each((data) => next(own(data, segment.name)));
    }
  }
  return apply;
};

const each = (visit: (data: Record<string, unknown>) => void): ApplyRewrites => {
  const walk: ApplyRewrites = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (isData(value)) visit(value);
  };
  return walk;
};

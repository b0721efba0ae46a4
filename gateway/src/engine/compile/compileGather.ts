import type { EntityGroup, PathSegment, Requirement } from '../planner/plan.ts';
import { evaluate, readOf } from './code.ts';
import { representationSource } from './compileRepresentation.ts';
import type { TypeNames } from './typeNames.ts';
import { isData, jsonText, own, type Data, type Root } from './values.ts';

/** The entities that a fetch asks about, each once, and the places that wait for the answers. */
export type Gathered = {
  /** Representations as JSON. */
  readonly texts: string[];
  /** Which of them a text is. */
  readonly seen: Map<string, number>;
  /** The objects that they were made from, by the value of one field. */
  readonly known: Map<unknown, Known>;
  readonly targets: Data[];
  /** For each target, which representation is its own. */
  readonly indexes: number[];
};

/** An object with a representation, and the next one with the same value in that field. */
type Known = Readonly<{ object: Data; index: number; next: Known | undefined }>;

export const createGathered = (): Gathered => ({
  texts: [],
  seen: new Map(),
  known: new Map(),
  targets: [],
  indexes: [],
});

/** Walks the places of a group in the answer so far and writes representations. */
export type Gather = (data: Root, gathered: Gathered) => void;

export const compileGather = ({ paths, requires, inputRewrites }: EntityGroup, types: TypeNames): Gather => {
  const sets: ReadonlySet<string>[] = [];
  const source = [representationSource('represent', requires, inputRewrites, types)];
  const write = `const r=represent(o);if(r===undefined)return;
let i=g.seen.get(r);
if(i===undefined){i=g.texts.length;g.seen.set(r,i);g.texts.push(r);}
g.targets.push(o);g.indexes.push(i);`;
  const fields = flatFieldsOf(requires);
  const [first] = fields ?? [];
  if (fields === null || first === undefined) {
    source.push(`function leaf(o,g){${write}}`);
  } else {
    // Objects alike in all that is required have the same representation: comparing is cheaper than writing it again.
    const alike = [...fields].map((name) => `${readOf('o', name)}===${readOf('e', name)}`).join('&&');
    source.push(`function leaf(o,g){
const k=${readOf('o', first)},h=g.known.get(k);
for(let n=h;n!==undefined;n=n.next){const e=n.object;
if(${alike}){g.targets.push(o);g.indexes.push(n.index);return;}}
${write}
g.known.set(k,{object:o,index:i,next:h});
}`);
  }
  const starts = paths.map((path, index) => {
    const at = (step: number) => `p${index}_${step}`;
    path.forEach((segment, step) => {
      let visit: string;
      if (segment.kind === 'field') {
        visit = `${at(step + 1)}(${readOf('o', segment.name)},g);`;
      } else {
        visit = `if(sets[${sets.length}].has(o.__typename))${at(step + 1)}(o,g);`;
        sets.push(types.within(segment.names));
      }
      source.push(walker(at(step), visit));
    });
    source.push(walker(at(path.length), 'leaf(o,g);'));
    return `${at(0)}(d,g);`;
  });
  source.push(`function gather(d,g){${starts.join('')}}`);
  return evaluate(source.join('\n'), 'gather', { sets, own, jsonText }) as Gather;
};

/** The names of the fields that representations are made of, the type's last; null when one has fields of its own. */
const flatFieldsOf = (requires: readonly Requirement[]): ReadonlySet<string> | null => {
  const names = new Set<string>();
  const collect = (all: readonly Requirement[]): boolean =>
    all.every((one) => {
      if (one.kind === 'fragment') return collect(one.selections);
      if (one.selections !== null) return false;
      if (one.from !== '__typename') names.add(one.from);
      return true;
    });
  return collect(requires) ? names.add('__typename') : null;
};

const walker = (name: string, visit: string): string => `function ${name}(o,g){
if(typeof o!=='object'||o===null)return;
if(Array.isArray(o)){for(let i=0;i<o.length;i++)${name}(o[i],g);return;}
${visit}
}`;

/**
 * The path of every object that a group's paths lead to, as in the data. Only asked when there are errors to place,
 * so it may be slow.
 */
export const locate = (
  data: Root,
  paths: readonly (readonly PathSegment[])[],
  types: TypeNames,
): Map<Data, (string | number)[]> => {
  const places = new Map<Data, (string | number)[]>();
  const walk = (value: unknown, path: readonly PathSegment[], at: (string | number)[]): void => {
    if (Array.isArray(value)) {
      value.forEach((item, index) => walk(item, path, [...at, index]));
    } else if (isData(value)) {
      const [segment, ...rest] = path;
      if (segment === undefined) places.set(value, at);
      else if (segment.kind === 'field') walk(own(value, segment.name), rest, [...at, segment.name]);
      else if (types.within(segment.names).has(String(value['__typename']))) walk(value, rest, at);
    }
  };
  for (const path of paths) walk(data, path, []);
  return places;
};

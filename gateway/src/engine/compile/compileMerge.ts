import { evaluate, isPlainName, readOf, writeTo } from './code.ts';
import type { Shape } from './shape.ts';
import type { TypeNames } from './typeNames.ts';
import { own, put, type Data } from './values.ts';

/**
 * Moves an answer's data into the answer so far. Only what was asked for is looked at, whatever else a subgraph sent.
 *
 * @param again the source was moved somewhere already, so whatever has an inside must be copied
 */
export type Merge = (target: Data, source: Data, again: boolean) => void;

export const compileMerge = (shape: Shape, { objects }: TypeNames): Merge => {
  const functions: string[] = [];
  const copiers = new Map<Shape, string>();
  let count = 0;

  /** Copies a value by what was asked for: a literal has all its properties at once. */
  const copier = (level: Shape): string => {
    const known = copiers.get(level);
    if (known !== undefined) return known;
    const name = `c${count++}`;
    copiers.set(level, name);
    const [easy, inheritedNames] = partition([...level], ([key]) => isPlainName(key));
    const valueOf = (key: string, inner: Shape | null): string =>
      inner === null ? readOf('v', key) : `${copier(inner)}(${readOf('v', key)})`;
    const literals = easy.map(([key, inner]) => `${key}:${valueOf(key, inner)}`);
    const rest = inheritedNames.map(([key, inner]) => writeTo('t', key, valueOf(key, inner)));
    functions.push(`function ${name}(v){
if(typeof v!=='object'||v===null)return v;
if(Array.isArray(v)){const a=new Array(v.length);for(let i=0;i<v.length;i++)a[i]=${name}(v[i]);return a;}
${rest.length === 0 ? `return {${literals.join()}};` : `const t={${literals.join()}};${rest.join('')}return t;`}
}`);
    return name;
  };

  const merger = (level: Shape): string => {
    const name = `m${count++}`;
    const statements = [...level].map(([key, inner]) => {
      const read = `v=${readOf('s', key)};if(v!==undefined)`;
      // An interface object says the interface's name; once the type itself is known, it stays.
      if (key === '__typename') return `${read}if(t.__typename===undefined||objects.has(v))t.__typename=v;`;
      if (inner === null) return `${read}${writeTo('t', key, 'v')}`;
      return `${read}{if(typeof v!=='object'||v===null){c=${readOf('t', key)};if(c===undefined)${writeTo('t', key, 'v')}}
else{c=${readOf('t', key)};if(typeof c!=='object'||c===null){${writeTo('t', key, `again?${copier(inner)}(v):v`)}}else ${deep(inner)}(c,v,again);}}`;
    });
    functions.push(`function ${name}(t,s,again){let v,c;${statements.join('\n')}}`);
    return name;
  };

  const deep = (level: Shape): string => {
    const name = `d${count++}`;
    const merge = merger(level);
    const copy = copier(level);
    functions.push(`function ${name}(t,s,again){
if(!Array.isArray(t)){if(!Array.isArray(s))${merge}(t,s,again);return;}
if(!Array.isArray(s))return;
for(let i=0;i<s.length;i++){const c=t[i],v=s[i];
if(typeof v!=='object'||v===null)continue;
if(typeof c!=='object'||c===null){if(i<t.length)t[i]=again?${copy}(v):v;}
else ${name}(c,v,again);}
}`);
    return name;
  };

  const whole = merger(shape);
  return evaluate(functions.join('\n'), whole, { objects, own, put }) as Merge;
};

const partition = <T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] => [
  all.filter(holds),
  all.filter((one) => !holds(one)),
];

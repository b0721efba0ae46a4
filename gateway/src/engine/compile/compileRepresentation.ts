import type { Requirement, Rewrite } from '../planner/plan.ts';
import { literal, readOf } from './code.ts';
import type { TypeNames } from './typeNames.ts';

/** Where the subgraph has to tell by an object's type which fields it was sent, it is sent the type as well. */
const withType = (selections: readonly Requirement[]): readonly Requirement[] =>
  selections.some(({ kind }) => kind === 'fragment')
    ? [{ kind: 'field', from: '__typename', to: '__typename', selections: null }, ...selections]
    : selections;

type Field = { from: string; to: string; selections: readonly Requirement[] };

/**
 * Source of functions that write the representation of an entity as JSON: the text is sent as it is and, entities
 * with the same text being the same, is also what they are deduplicated by. A function gives undefined when the entity
 * lacks something that is required; null is a value, a key of null included.
 *
 * @param name the name of the function for the whole entity
 */
export const representationSource = (
  name: string,
  requires: readonly Requirement[],
  rewrites: readonly Rewrite[],
  types: TypeNames,
): string => {
  const functions: string[] = [];
  let count = 0;

  /** An object's fields for one runtime type (null: whatever it is). */
  const fieldsOf = (selections: readonly Requirement[], typename: string | null, fields = new Map<string, Field>()) => {
    for (const selection of selections) {
      if (selection.kind === 'field') {
        const known = fields.get(selection.to);
        fields.set(selection.to, {
          from: selection.from,
          to: selection.to,
          selections: [...(known?.selections ?? []), ...(selection.selections ?? [])],
        });
      } else if (typename !== null && types.within([selection.type]).has(typename)) {
        fieldsOf(selection.selections, typename, fields);
      }
    }
    return fields;
  };

  const typesOf = (selections: readonly Requirement[]): string[] => [
    ...new Set(
      selections.flatMap((selection) =>
        selection.kind === 'fragment' ? [...types.within([selection.type]), ...typesOf(selection.selections)] : [],
      ),
    ),
  ];

  /** Statements that return the text of object `o`. */
  const body = (selections: readonly Requirement[], typename: string | null, changes: readonly Rewrite[]): string => {
    const applying = changes.flatMap((change): Rewrite[] => {
      const [first, ...rest] = change.path;
      if (first?.kind !== 'type') return [change];
      return typename === null || types.within(first.names).has(typename) ? [{ ...change, path: rest }] : [];
    });
    const fields = [...fieldsOf(selections, typename).values()];
    // Nothing but the type is no reference to anything.
    if (fields.length === 0) return 'return undefined;';
    const reads: string[] = [];
    const texts = fields.map(({ from, to, selections: inner }, index) => {
      const change = applying.find(({ path }) => path.length === 1 && path[0]?.kind === 'key' && path[0].name === to);
      const key = change?.kind === 'rename' ? change.to : to;
      const start = literal(`${index === 0 ? '{' : ','}${literal(key)}:`);
      if (change?.kind === 'set') return `${start}+${literal(literal(change.value))}`;
      const value = `v${index}`;
      reads.push(`const ${value}=${readOf('o', from)};if(${value}===undefined)return undefined;`);
      if (inner.length === 0) return `${start}+jsonText(${value})`;
      const deeper = applying.flatMap((one): Rewrite[] =>
        one.path[0]?.kind === 'key' && one.path[0].name === to ? [{ ...one, path: one.path.slice(1) }] : [],
      );
      reads.push(
        `const t${index}=${nested(withType(inner), deeper)}(${value});if(t${index}===undefined)return undefined;`,
      );
      return `${start}+t${index}`;
    });
    return `${reads.join('')}return ${texts.join('+')}+'}';`;
  };

  const byType = (selections: readonly Requirement[], changes: readonly Rewrite[]): string => {
    const names = typesOf(selections);
    if (names.length === 0) return body(selections, null, changes);
    const cases = names.map((typename) => `case ${literal(typename)}:{${body(selections, typename, changes)}}`);
    return `switch(o.__typename){${cases.join('')}default:{${body(selections, null, changes)}}}`;
  };

  const nested = (selections: readonly Requirement[], changes: readonly Rewrite[]): string => {
    const inner = `${name}_${count++}`;
    functions.push(`function ${inner}(o){
if(o===null)return 'null';
if(Array.isArray(o)){let s='[';for(let i=0;i<o.length;i++){const t=${inner}(o[i]);if(t===undefined)return undefined;s+=(i===0?'':',')+t;}return s+']';}
if(typeof o!=='object')return undefined;
${byType(selections, changes)}
}`);
    return inner;
  };

  const whole = `function ${name}(o){${byType(requires, rewrites)}}`;
  return [...functions, whole].join('\n');
};

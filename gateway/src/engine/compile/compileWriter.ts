import {
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  typeFromAST,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLEnumType,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type NamedTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { isForbidden } from '../../authorization/forbidden.ts';
import { evaluate, literal, readOf } from './code.ts';
import type { Keys } from './createKeys.ts';
import { groupBy } from './groupBy.ts';
import type { Specialised } from './specialise.ts';
import { own, stringText, type Data } from './values.ts';

/** Something that a subgraph may not answer: why, and where in the client's answer. */
export type Violation = Readonly<{ message: string; path: readonly (string | number)[] }>;

/**
 * Writes the JSON of `data` from the merged data; `null` is its text when null propagates to the top.
 *
 * @param escapes whether a text in the data may need an escape: not when no JSON that it was read from had one
 */
export type Write = (data: Data, escapes: boolean) => Readonly<{ text: string; violations: readonly Violation[] }>;

type Parent = GraphQLObjectType | GraphQLAbstractType;
type Collected = Map<string, FieldNode[]>;

/**
 * Compiles the completion of an operation's result (GraphQL specification, section 6.4.3) into functions that write
 * JSON text straight from the data: keys in the order of the query, leafs coerced, null propagated. A function returns
 * undefined for a value that cannot be; whoever may be null then writes null.
 *
 * @param root what the selection is about, when it is a part of an operation
 *
 * Where exactly something is wrong is only worked out when something is: a second set of functions, compiled when first
 * needed, keeps track of the path.
 */
export const compileWriter = (
  schema: GraphQLSchema,
  specialised: Specialised,
  keys: Keys,
  root: Parent | null | undefined = schema.getRootType(specialised.operation.operation),
): Write => {
  if (!root) throw new Error('The operation has a root type, or validation failed.');
  let isWrong = false;
  const quickly = (texts: Scalars) =>
    compile(schema, root, specialised, keys, texts, false, () => {
      isWrong = true;
    });
  const plain = quickly(plainScalars);
  let escaping: ((data: Data) => string | undefined) | undefined;
  let path: (string | number)[] = [];
  let violations: Violation[] = [];
  let exact: ((data: Data) => string | undefined) | undefined;

  return (data, escapes) => {
    isWrong = false;
    const quick = escapes ? (escaping ??= quickly(scalars)) : plain;
    const text = quick(data) ?? 'null';
    if (!isWrong) return { text, violations: none };
    path = [];
    violations = [];
    exact ??= compile(
      schema,
      root,
      specialised,
      keys,
      scalars,
      true,
      (message) => void violations.push({ message, path: [...path] }),
      () => path,
    );
    exact(data);
    return { text, violations };
  };
};

const none: readonly Violation[] = [];

const compile = (
  schema: GraphQLSchema,
  root: Parent,
  { operation, fragments }: Specialised,
  keys: Keys,
  texts: Scalars,
  tracking: boolean,
  report: (message: string) => void,
  path: () => (string | number)[] = () => [],
): ((data: Data) => string | undefined) => {
  const functions: string[] = [];
  const memo = new Map<string, string>();
  const sets: ReadonlySet<unknown>[] = [];
  const nodeIds = new Map<FieldNode, number>();
  const idOf = (node: FieldNode): number => {
    const id = nodeIds.get(node) ?? nodeIds.size;
    nodeIds.set(node, id);
    return id;
  };

  const applies = (condition: GraphQLNamedType | undefined, parent: Parent): boolean =>
    condition === parent ||
    (condition !== undefined &&
      isAbstractType(condition) &&
      isObjectType(parent) &&
      schema.isSubType(condition, parent));

  const collect = (
    parent: Parent,
    selectionSets: readonly SelectionSetNode[],
    fields: Collected = new Map(),
    visited = new Set<string>(),
  ): Collected => {
    for (const { selections } of selectionSets) {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const there = fields.get(key);
          if (there === undefined) fields.set(key, [selection]);
          else there.push(selection);
          continue;
        }
        let fragment: Readonly<{ typeCondition?: NamedTypeNode; selectionSet: SelectionSetNode }> | undefined;
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          fragment = selection as typeof fragment;
        } else {
          if (visited.has(selection.name.value)) continue;
          visited.add(selection.name.value);
          fragment = fragments.get(selection.name.value);
        }
        if (fragment === undefined) continue;
        const condition = fragment.typeCondition && typeFromAST(schema, fragment.typeCondition);
        if (condition && !applies(condition, parent)) continue;
        collect(parent, [fragment.selectionSet], fields, visited);
      }
    }
    return fields;
  };

  const define = (key: string, prefix: string, make: (name: string) => string): string => {
    const known = memo.get(key);
    if (known !== undefined) return known;
    const name = `${prefix}${memo.size}`;
    memo.set(key, name);
    functions.push(make(name));
    return name;
  };

  const setOf = (values: Iterable<unknown>): string => `sets[${sets.push(new Set(values)) - 1}]`;

  /** A name of a function (value) => text | undefined; the value is not null. */
  const completer = (type: GraphQLOutputType, nodes: readonly FieldNode[]): string => {
    if (isNonNullType(type)) return completer(type.ofType, nodes);
    if (isListType(type)) {
      const item = completer(type.ofType, nodes);
      return define(`list ${String(type)} ${item}`, 'l', (name) => listSource(name, type.ofType, item));
    }
    if (isLeafType(type)) return leaf(type);
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return isObjectType(type) ? object(type, collect(type, selectionSets), true) : abstract(type, selectionSets);
  };

  const leaf = (type: GraphQLLeafType): string => {
    if (isEnumType(type)) return define(`enum ${type.name}`, 'e', (name) => enumSource(name, type));
    return Object.hasOwn(scalars, type.name)
      ? define(
          `scalar ${type.name}`,
          'k',
          (name) =>
            `function ${name}(v){const t=scalars.${type.name}(v);if(t===undefined)report(${invalid(type)});return t;}`,
        )
      : 'JSON.stringify';
  };

  const invalid = (type: GraphQLNamedType): string =>
    literal(isLeafType(type) ? `The value is no ${type.name}.` : `The object is no ${type.name}.`);

  const enumSource = (name: string, type: GraphQLEnumType): string => {
    const values = setOf(type.getValues().map((value) => value.name));
    return `function ${name}(v){if(${values}.has(v))return '"'+v+'"';report(${invalid(type)});return undefined;}`;
  };

  const listSource = (name: string, itemType: GraphQLOutputType, item: string): string => {
    const onNull = isNonNullType(itemType)
      ? `report(${nullMessage('an item of the list')});return undefined;`
      : `s+='null';`;
    const onWrong = isNonNullType(itemType) ? 'return undefined;' : `s+='null';`;
    return `function ${name}(a){
if(!Array.isArray(a)){report('The value is no list.');return undefined;}
let s='[';${tracking ? 'const d=path().length;' : ''}
for(let i=0;i<a.length;i++){
if(i!==0)s+=',';
${tracking ? 'path().length=d;path().push(i);' : ''}
const v=a[i];
if(v===null||v===undefined){${onNull}}
else{const t=${item}(v);if(t===undefined){${onWrong}}else s+=t;}
}
${tracking ? 'path().length=d;' : ''}
return s+']';
}`;
  };

  const nullMessage = (what: string): string => literal(`Cannot return null for non-nullable ${what}.`);

  /** @param check whether the value may be something else than an object */
  const object = (type: Parent, fields: Collected, check: boolean): string => {
    const signature = [...fields]
      .map(([key, nodes]) => {
        const name = nodes[0]?.name.value ?? '';
        const known = name === '__typename' ? type.name : String(fieldType(type, name));
        return `${key}:${name}:${known}:${nodes.map(idOf).join(',')}:${isObjectType(type) ? type.name : ''}`;
      })
      .join(' ');
    return define(`object ${check} ${signature || type.name}`, 'o', (name) => {
      const statements: string[] = [];
      let start = '{';
      for (const [key, nodes] of fields) {
        const node = nodes[0];
        if (node === undefined) continue;
        const prefix = `${start}${literal(key)}:`;
        start = ',';
        const field = node.name.value;
        if (field === '__typename') {
          statements.push(`s+=${literal(`${prefix}${literal(type.name)}`)};`);
          continue;
        }
        const read = `v=${readOf('o', keys.of(node))};`;
        if (field === '__schema' || field === '__type') {
          // Put there as text, see introspection.
          statements.push(`${read}s+=${literal(prefix)}+(v===undefined?'null':v);`);
          continue;
        }
        const of = fieldType(type, field);
        if (of === undefined) continue;
        const asNull = `s+=${literal(`${prefix}null`)};`;
        if (isForbidden(node)) {
          // Whether there is something or not; and without a report, since the error is told already.
          statements.push(isNonNullType(of) ? 'return undefined;' : asNull);
          continue;
        }
        const complete = completer(of, nodes);
        const track = tracking ? `path().length=d;path().push(${literal(key)});` : '';
        statements.push(
          isNonNullType(of)
            ? `${track}${read}if(v===null||v===undefined){report(${nullMessage(`field ${type.name}.${field}`)});return undefined;}
t=${complete}(v);if(t===undefined)return undefined;s+=${literal(prefix)}+t;`
            : `${track}${read}if(v===null||v===undefined)${asNull}else{t=${complete}(v);if(t===undefined)${asNull}else s+=${literal(prefix)}+t;}`,
        );
      }
      return `function ${name}(o){
${check ? `if(typeof o!=='object'||Array.isArray(o)){report(${invalid(type)});return undefined;}` : ''}
let s='',v,t;${tracking ? 'const d=path().length;' : ''}
${statements.join('\n')}
${tracking ? 'path().length=d;' : ''}
return ${start === '{' ? `'{}'` : `s+'}'`};
}`;
    });
  };

  const fieldType = (type: Parent, name: string): GraphQLOutputType | undefined =>
    isObjectType(type) || 'getFields' in type ? type.getFields()[name]?.type : undefined;

  const abstract = (type: GraphQLAbstractType, selectionSets: readonly SelectionSetNode[]): string => {
    const cases = schema
      .getPossibleTypes(type)
      .map((possible) => [possible.name, object(possible, collect(possible, selectionSets), false)] as const);
    const byTarget = groupBy(cases, ([, target]) => target);
    // A planner leaves the type out when nothing depends on it: then what every type has is all there is.
    const plain = collect(type, selectionSets);
    const depends = cases.some(([name]) => {
      const possible = schema.getType(name);
      return (
        !isObjectType(possible) || [...collect(possible, selectionSets).keys()].join() !== [...plain.keys()].join()
      );
    });
    const untyped =
      depends || [...plain.values()].some(([node]) => node?.name.value === '__typename')
        ? `report(${invalid(type)});return undefined;`
        : `return ${object(type, plain, false)}(o);`;
    // An interface object only knows the interface's name, and asking it for more was not necessary either.
    const interfaces = isInterfaceType(type)
      ? [type.name, ...schema.getImplementations(type).interfaces.map(({ name }) => name)]
      : [];
    const key = `abstract ${type.name} ${cases.map(([name, target]) => `${name}=${target}`).join()} ${untyped}`;
    return define(
      key,
      'a',
      (name) => `function ${name}(o){
if(typeof o!=='object'||Array.isArray(o)){report(${invalid(type)});return undefined;}
switch(o.__typename){
${[...byTarget].map(([target, names]) => `${names.map(([one]) => `case ${literal(one)}:`).join('')}return ${target}(o);`).join('\n')}
case undefined:${interfaces.map((one) => `case ${literal(one)}:`).join('')}${untyped}
default:report(${invalid(type)});return undefined;
}
}`,
    );
  };

  const main = isAbstractType(root)
    ? abstract(root, [operation.selectionSet])
    : object(root, collect(root, [operation.selectionSet]), false);
  const scope = { sets, scalars: texts, report, path, own };
  return evaluate(functions.join('\n'), main, scope) as (data: Data) => string | undefined;
};

type Scalars = Readonly<Record<string, (value: unknown) => string | undefined>>;

/** Result coercion of the built-in scalars (GraphQL specification, section 3.5), to JSON; undefined when it cannot be. */
const scalars: Scalars = {
  Int: (value) => (typeof value === 'number' && (value | 0) === value ? `${value | 0}` : undefined),
  Float: (value) => (typeof value === 'number' && Number.isFinite(value) ? `${value}` : undefined),
  String: (value) => (typeof value === 'string' ? stringText(value) : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? (value ? 'true' : 'false') : undefined),
  ID: (value) =>
    typeof value === 'string' ? stringText(value) : Number.isInteger(value) ? `"${String(value)}"` : undefined,
};

/** For texts that need no escape: looking for one in each of them is a good part of writing an answer. */
const plainScalars: Scalars = {
  ...scalars,
  String: (value) => (typeof value === 'string' ? `"${value}"` : undefined),
  ID: (value) => (typeof value === 'string' || Number.isInteger(value) ? `"${String(value)}"` : undefined),
};

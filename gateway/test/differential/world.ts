import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  isScalarType,
  Kind,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { hashOf } from './random.ts';
import type { SchemaFacts } from './schemaFacts.ts';

/** An object of the made-up world: its type, the key that names it everywhere, and what a gateway sent along. */
export type Thing = Readonly<{ type: string; key: string; sent?: Readonly<Record<string, unknown>> }>;

/**
 * Makes up the value of every field from a seed, the object's key, the field and its arguments, so that a subgraph and
 * the oracle say the same without knowing of each other. Some values are null, some are errors.
 */
export type World = Readonly<{
  /** Another seed is another world. */
  reseed: (seed: number) => void;
  /** A value, null, or an Error for graphql-js to raise where it stands. */
  valueOf: (of: Thing, field: string, args: Readonly<Record<string, unknown>>) => unknown;
  /** The object that a representation means. */
  thingOf: (representation: Readonly<Record<string, unknown>>) => Thing;
}>;

const prefixes: Readonly<Record<string, string>> = {
  Product: 'p',
  Category: 'c',
  Warehouse: 'w',
  User: 'u',
  Bot: 'b',
  Review: 'r',
};
const typeOfKey = new Map(Object.entries(prefixes).map(([type, prefix]) => [prefix, type]));
const perType = 4;
/** Of lists. */
const lengths = [2, 1, 3, 2, 1, 0, 2];

/** Fields that name an object are what the key says, and never fail. */
const keyFields: Readonly<Record<string, (key: string) => unknown>> = {
  'Product.sku': (key) => `sku-${key}`,
  'Category.slug': (key) => `slug-${key}`,
  'Warehouse.country': (key) => `C${Number(key.slice(1)) % 2}`,
  'Warehouse.code': (key) => Number(key.slice(1)),
};

export const createWorld = (api: GraphQLSchema, facts: SchemaFacts): World => {
  let seed = 0;

  const typeOf = (type: string, field: string): GraphQLOutputType => {
    const parent = api.getType(type);
    const found = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field] : undefined;
    if (found === undefined) throw new Error(`There is no ${type}.${field} in the API schema.`);
    return found.type;
  };

  const leaf = (type: ReturnType<typeof getNamedType>, hash: number): unknown => {
    if (isEnumType(type)) {
      const names = type.getValues();
      return names[hash % names.length]?.value as unknown;
    }
    switch (type?.name ?? '') {
      case 'Int':
        return hash % 1_000;
      case 'Float':
        return (hash % 1_000) / 8;
      case 'Boolean':
        return hash % 2 === 0;
      default:
        return hash % 11 === 0 ? 'quoted "text" \\ \u2028 ü\n' : `t${hash % 10_000}`;
    }
  };

  const build = (type: GraphQLOutputType, place: string, coordinate: string): unknown => {
    const hash = hashOf(`${seed}|${place}`);
    const fate = hashOf(`${seed}|${place}|fate`) % 1_000;
    const safe = facts.required.has(coordinate);
    if (isNonNullType(type)) {
      if (fate < 12 && !safe) return new Error(`broken at ${place}`);
      return whole(type.ofType as GraphQLOutputType, place, coordinate, hash);
    }
    if (fate < 70) return null;
    if (fate < 110 && !safe) return new Error(`broken at ${place}`);
    return whole(type, place, coordinate, hash);
  };

  const whole = (type: GraphQLOutputType, place: string, coordinate: string, hash: number): unknown => {
    if (isListType(type)) {
      const item = type.ofType as GraphQLOutputType;
      return Array.from({ length: lengths[hash % lengths.length] ?? 0 }, (_, nth) =>
        build(item, `${place}[${nth}]`, coordinate),
      );
    }
    const named = getNamedType(type);
    if (isScalarType(named) || isEnumType(named)) return leaf(named, hash);
    const candidates = isAbstractType(named) ? (facts.candidates.get(coordinate) ?? []) : [named.name];
    const concrete = candidates[hash % candidates.length];
    if (concrete === undefined) throw new Error(`${coordinate} has no possible type.`);
    const prefix = prefixes[concrete];
    return { type: concrete, key: prefix === undefined ? `(${place})` : `${prefix}${1 + ((hash >>> 8) % perType)}` };
  };

  const valueOf: World['valueOf'] = (of, field, args) => {
    if (field === 'id') return of.key;
    const coordinate = `${of.type}.${field}`;
    const named = keyFields[coordinate];
    if (named !== undefined) return named(of.key);
    const requires = facts.requires.get(coordinate);
    const needed =
      requires === undefined ? '' : stable(of.sent === undefined ? told(of, requires) : project(requires, of.sent));
    // Without the type: a field of an interface object is asked of the interface there and of the object here.
    return build(typeOf(of.type, field), `${of.key}.${field}(${stable(args)})${needed}`, coordinate);
  };

  /** What a gateway would send for the fields of a @requires. */
  const told = (of: Thing, selection: SelectionSetNode): unknown =>
    Object.fromEntries(
      selection.selections.flatMap((node) => {
        if (node.kind !== Kind.FIELD) return [];
        const value = valueOf(of, node.name.value, {});
        return [[node.name.value, node.selectionSet === undefined ? value : within(value, node.selectionSet)]];
      }),
    );
  const within = (value: unknown, selection: SelectionSetNode): unknown =>
    value === null || value instanceof Error ? null : told(value as Thing, selection);

  return {
    reseed: (next) => {
      seed = next;
    },
    valueOf,
    thingOf: (representation) => {
      const named = String(representation['__typename']);
      const key = keyOf(named, representation);
      // An interface is asked for what the object is.
      return { type: typeOfKey.get(key.charAt(0)) ?? named, key, sent: representation };
    },
  };
};

const keyOf = (type: string, { id, sku, slug, code }: Readonly<Record<string, unknown>>): string => {
  if (typeof id === 'string') return id;
  if (type === 'Product' && typeof sku === 'string') return sku.slice('sku-'.length);
  if (type === 'Category' && typeof slug === 'string') return slug.slice('slug-'.length);
  if (type === 'Warehouse' && typeof code === 'number') return `w${code}`;
  throw new Error(`A representation of ${type} has no key.`);
};

/** The part of a representation that a @requires asks for; what was not sent is marked, so that it shows. */
const project = (selection: SelectionSetNode, sent: unknown): unknown => {
  if (sent === null || typeof sent !== 'object') return sent === undefined ? 'not sent' : sent;
  return Object.fromEntries(
    selection.selections.flatMap((node) => {
      if (node.kind !== Kind.FIELD) return [];
      const value: unknown = Reflect.get(sent, node.name.value);
      if (value === undefined) return [[node.name.value, 'not sent']];
      return [[node.name.value, node.selectionSet === undefined ? value : project(node.selectionSet, value)]];
    }),
  );
};

/** JSON whose keys are in order: arguments come in the order of the query, or of the schema. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

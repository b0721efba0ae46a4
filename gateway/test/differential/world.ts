import {
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  isScalarType,
  Kind,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { hashOf } from './random.ts';
import type { SchemaFacts } from './schemaFacts.ts';

/** An object of the made-up world: its type, the key that names it everywhere, and what a gateway sent along. */
export type Thing = Readonly<{
  type: string;
  key: string;
  sent?: Readonly<Record<string, unknown>>;
  /** The object that it was found in; only the oracle knows. */
  around?: Thing;
}>;

/**
 * Makes up the value of every field from a seed, the object's key, the field and its arguments, so that a subgraph and
 * the oracle say the same without knowing of each other. Some values are null, some are errors.
 */
export type World = Readonly<{
  /** Another seed is another world. */
  reseed: (seed: number) => void;
  /** How many mutations were run. */
  written: (count: number) => void;
  /** A value, null, or an Error for graphql-js to raise where it stands. */
  valueOf: (of: Thing, field: string, args: Readonly<Record<string, unknown>>) => unknown;
  /** The object that a representation means; null when its key is. */
  thingOf: (representation: Readonly<Record<string, unknown>>) => Thing | null;
}>;

const prefixes: Readonly<Record<string, string>> = {
  Product: 'p',
  Category: 'c',
  Warehouse: 'w',
  User: 'u',
  Bot: 'b',
  Review: 'r',
  Shop: 's',
  Customer: 'k',
  Offer: 'x',
  Levy: 'l',
  Book: 'o',
  Film: 'f',
  Draft: 'd',
  Maker: 'm',
  House: 'h',
  Shelf: 'e',
  Copy: 'y',
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
  'Shelf.code': (key) => key,
  'Copy.number': (key) => Number(key.slice(1)),
  'Copy.shelf': (key) => ({ type: 'Shelf', key: `e${1 + (Number(key.slice(1)) % 3)}` }),
  'Maker.email': (key) => (key === 'm2' ? null : `${key}@example.com`),
};

/** Fields of a subgraph that knows no other key than one that may be null: then it does not know the object. */
const behindNullable: Readonly<Record<string, string>> = {
  'Maker.followers': 'Maker.email',
  'Maker.best': 'Maker.email',
};

export const createWorld = (api: GraphQLSchema, facts: SchemaFacts): World => {
  let seed = 0;
  let writes = 0;

  const typeOf = (type: string, field: string): GraphQLOutputType => {
    const parent = api.getType(type);
    const found = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field] : undefined;
    const hidden = facts.hiddenFields.get(`${type}.${field}`);
    const known = found?.type ?? hidden;
    if (known === undefined) throw new Error(`No subgraph has a field ${type}.${field}.`);
    return known;
  };

  const leaf = (type: ReturnType<typeof getNamedType>, hash: number): unknown => {
    if (isEnumType(type)) {
      const hidden = facts.hiddenValues.get(type.name) ?? [];
      const names = [...type.getValues().map(({ name }) => name), ...hidden];
      return names[hash % names.length];
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
    const candidates = isAbstractType(named)
      ? (facts.candidates.get(coordinate) ?? api.getPossibleTypes(named).map(({ name }) => name))
      : [named.name];
    const concrete = candidates[hash % candidates.length];
    if (concrete === undefined) throw new Error(`${coordinate} has no possible type.`);
    const prefix = prefixes[concrete];
    return { type: concrete, key: prefix === undefined ? `(${place})` : `${prefix}${1 + ((hash >>> 8) % perType)}` };
  };

  const valueOf: World['valueOf'] = (of, field, args) => {
    if (field === 'id') return of.key;
    if (field === 'writes') return writes;
    const coordinate = `${of.type}.${field}`;
    const given = { ...args, ...contextOf(of, coordinate, args) };
    const key = behindNullable[coordinate];
    if (key !== undefined && of.sent === undefined && keyFields[key]?.(of.key) === null) return null;
    const named = keyFields[coordinate];
    if (named !== undefined) return named(of.key);
    const requires = facts.requires.get(coordinate);
    const needed =
      requires === undefined ? '' : stable(of.sent === undefined ? told(of, requires) : project(requires, of.sent));
    // Without the type: a field of an interface object is asked of the interface there and of the object here.
    return build(typeOf(of.type, field), `${of.key}.${field}(${stable(given)})${needed}`, coordinate);
  };

  /** The arguments that come from what is around an object; a subgraph is given them. */
  const contextOf = (
    of: Thing,
    coordinate: string,
    args: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> => {
    const context = facts.contexts.get(coordinate);
    if (context === undefined || of.sent !== undefined || context.argument in args) return {};
    let { around } = of;
    while (around !== undefined && !context.types.has(around.type)) around = around.around;
    if (around === undefined) throw new Error(`${coordinate} has no context.`);
    return { [context.argument]: valueOf(around, context.field, {}) };
  };

  /** What a gateway would send for the fields of a @requires. */
  const told = (of: Thing, selection: SelectionSetNode): Record<string, unknown> => {
    const all: Record<string, unknown> = {};
    for (const node of selection.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT && node.typeCondition?.name.value === of.type) {
        Object.assign(all, told(of, node.selectionSet));
      }
      if (node.kind !== Kind.FIELD) continue;
      const value = valueOf(of, node.name.value, argumentsOf(of.type, node));
      all[node.name.value] = node.selectionSet === undefined ? value : within(value, node.selectionSet);
    }
    return all;
  };
  const within = (value: unknown, selection: SelectionSetNode): unknown =>
    value === null || value instanceof Error ? null : told(value as Thing, selection);

  const argumentsOf = (type: string, node: FieldNode): Record<string, unknown> => {
    const parent = api.getType(type);
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    return field === undefined ? {} : getArgumentValues(field, node);
  };

  return {
    reseed: (next) => {
      seed = next;
    },
    written: (count) => {
      writes = count;
    },
    valueOf,
    thingOf: (representation) => {
      const named = String(representation['__typename']);
      const key = keyOf(named, representation);
      if (key === null) return null;
      // An interface is asked for what the object is.
      return { type: typeOfKey.get(key.charAt(0)) ?? named, key, sent: representation };
    },
  };
};

const keyOf = (
  type: string,
  { id, sku, slug, code, email, number }: Readonly<Record<string, unknown>>,
): string | null => {
  if (type === 'Maker' && email !== undefined && id === undefined)
    return typeof email === 'string' ? email.slice(0, 2) : null;
  if (type === 'Shelf' && typeof code === 'string') return code;
  if (type === 'Copy' && typeof number === 'number') return `y${number}`;
  if (typeof id === 'string') return id;
  if (type === 'Product' && typeof sku === 'string') return sku.slice('sku-'.length);
  if (type === 'Category' && typeof slug === 'string') return slug.slice('slug-'.length);
  if (type === 'Warehouse' && typeof code === 'number') return `w${code}`;
  throw new Error(`A representation of ${type} has no key.`);
};

/** The part of a representation that a @requires asks for; what was not sent is marked, so that it shows. */
const project = (selection: SelectionSetNode, sent: unknown): unknown => {
  if (sent === null || typeof sent !== 'object') return sent === undefined ? 'not sent' : sent;
  const all: Record<string, unknown> = {};
  for (const node of selection.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      if (node.typeCondition?.name.value !== Reflect.get(sent, '__typename')) continue;
      Object.assign(all, project(node.selectionSet, sent));
    }
    if (node.kind !== Kind.FIELD) continue;
    const value: unknown = Reflect.get(sent, node.name.value);
    const isWhole = value === undefined || node.selectionSet === undefined;
    all[node.name.value] = isWhole ? (value === undefined ? 'not sent' : value) : project(node.selectionSet, value);
  }
  return all;
};

/** JSON whose keys are in order: arguments come in the order of the query, or of the schema. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

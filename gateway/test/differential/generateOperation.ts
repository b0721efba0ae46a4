import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  OverlappingFieldsCanBeMergedRule,
  parse,
  validate,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { createRandom, type Random } from './random.ts';

/** An operation that the API schema accepts. */
export type Operation = Readonly<{ query: string; variables: Readonly<Record<string, unknown>> }>;

/** What has been written of one operation so far. */
type Draft = {
  readonly random: Random;
  readonly api: GraphQLSchema;
  readonly variables: { name: string; type: string; default: string | undefined; value: unknown }[];
  readonly fragments: { name: string; on: string; text: string }[];
  aliases: number;
  /** Fields that may still be written. */
  fields: number;
};

const deepest = 5;

/** The operation of a seed: the same for the same schema, always. A query or a mutation, unless a subscription is wanted. */
export const generateOperation = (api: GraphQLSchema, seed: number, kind?: 'subscription'): Operation => {
  // Fields of sibling fragments may conflict; then the next attempt is taken.
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const random = createRandom(seed * 1_000 + attempt);
    const operation = kind === undefined ? write(api, random) : writeSubscription(api, random);
    if (validate(api, parse(operation.query), [OverlappingFieldsCanBeMergedRule]).length === 0) return operation;
  }
  throw new Error(`No valid operation for the seed ${seed}.`);
};

const write = (api: GraphQLSchema, random: Random): Operation => {
  const draft = createDraft(api, random);
  const mutation = random.chance(0.1) ? api.getMutationType() : undefined;
  const root = mutation ?? api.getQueryType();
  if (!root) throw new Error('The schema has no queries.');
  return finish(draft, mutation ? 'mutation' : 'query', selectionOf(draft, root, 0));
};

/** One field, and no condition on it: without it there would be nothing to subscribe to. */
const writeSubscription = (api: GraphQLSchema, random: Random): Operation => {
  const draft = createDraft(api, random);
  const root = api.getSubscriptionType();
  const field = root && fieldOf(draft, root, 0, false);
  if (!field) throw new Error('The schema has no subscriptions.');
  return finish(draft, 'subscription', `{ ${field} }`);
};

const createDraft = (api: GraphQLSchema, random: Random): Draft => ({
  ...{ random, api, variables: [], fragments: [], aliases: 0 },
  fields: 10 + random.below(40),
});

const finish = (draft: Draft, kind: string, selection: string): Operation => {
  const given = draft.variables.map(
    ({ name, type, default: otherwise }) => `$${name}: ${type}${otherwise === undefined ? '' : ` = ${otherwise}`}`,
  );
  const head = `${kind} Generated${given.length > 0 ? `(${given.join(', ')})` : ''}`;
  const fragments = draft.fragments.map(({ name, on, text }) => `\nfragment ${name} on ${on} ${text}`);
  return {
    query: `${head} ${selection}${fragments.join('')}`,
    variables: Object.fromEntries(
      draft.variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
  };
};

const selectionOf = (draft: Draft, type: GraphQLCompositeType, depth: number): string => {
  const { random } = draft;
  const parts: string[] = [];
  const wanted = 1 + random.below(4);
  if (type === draft.api.getQueryType() && random.chance(0.04)) parts.push(introspectionOf(draft));
  for (let nth = 0; nth < wanted; nth += 1) {
    if (random.chance(0.1)) parts.push(random.chance(0.3) ? `${aliasOf(draft)}: __typename` : '__typename');
    const fragment = isAbstractType(type) ? 0.6 : depth === 0 ? 0.1 : 0.2;
    if (isUnionType(type) || random.chance(fragment)) parts.push(fragmentOf(draft, type, depth));
    else {
      const field = fieldOf(draft, type, depth);
      if (field !== undefined) parts.push(field);
    }
  }
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
};

/** What the schema says of itself, beside data. */
const introspectionOf = (draft: Draft): string => {
  const name = draft.random.pick(Object.keys(draft.api.getTypeMap()));
  const about =
    '{ kind name fields { name type { kind ofType { name } } } enumValues { name } possibleTypes { name } }';
  return `${aliasOf(draft)}: __type(name: ${JSON.stringify(name)}) ${about}`;
};

const fieldOf = (draft: Draft, type: GraphQLCompositeType, depth: number, conditional = true): string | undefined => {
  if (isUnionType(type)) return undefined;
  const { random } = draft;
  const all = Object.values(type.getFields());
  const open = depth < deepest && draft.fields > 0;
  const possible = open ? all : all.filter((field) => !isCompositeType(getNamedType(field.type)));
  if (possible.length === 0) return undefined;
  // Composite fields twice as often: depth is where gateways differ.
  const deep = possible.filter((field) => isCompositeType(getNamedType(field.type)));
  const field: GraphQLField<unknown, unknown> = random.pick(deep.length > 0 && random.chance(0.5) ? deep : possible);
  draft.fields -= 1;
  const named = getNamedType(field.type);
  const args = argumentsOf(draft, field.args);
  const alias = field.args.length > 0 || random.chance(0.2) ? `${aliasOf(draft)}: ` : '';
  const inner = isCompositeType(named) ? ` ${selectionOf(draft, named, depth + 1)}` : '';
  return `${alias}${field.name}${args}${conditional ? directiveOf(draft) : ''}${inner}`;
};

const fragmentOf = (draft: Draft, type: GraphQLCompositeType, depth: number): string => {
  const { random, api } = draft;
  const possible = isObjectType(type) ? [type] : api.getPossibleTypes(type);
  // The type itself, what it may be, and the interfaces of those.
  const around = new Set<string>([type.name]);
  for (const object of possible) {
    around.add(object.name);
    for (const { name } of object.getInterfaces()) around.add(name);
  }
  const name = random.pick([...around]);
  const on = api.getType(name);
  if (!isCompositeType(on)) return '__typename';
  const used = draft.fragments.filter((fragment) => fragment.on === name);
  if (used.length > 0 && random.chance(0.3)) return `...${random.pick(used).name}${directiveOf(draft)}`;
  const inner = selectionOf(draft, on, depth + 1);
  if (random.chance(0.3)) {
    const fragment = { name: `F${draft.fragments.length + 1}`, on: name, text: inner };
    draft.fragments.push(fragment);
    return `...${fragment.name}${directiveOf(draft)}`;
  }
  return name === type.name && random.chance(0.5)
    ? `...${directiveOf(draft)} ${inner}`
    : `... on ${name}${directiveOf(draft)} ${inner}`;
};

const aliasOf = (draft: Draft): string => `a${(draft.aliases += 1)}`;

const directiveOf = (draft: Draft): string => {
  const { random } = draft;
  if (!random.chance(0.08)) return '';
  const name = random.pick(['skip', 'include']);
  const on = random.chance(0.6);
  return ` @${name}(if: ${random.chance(0.7) ? variable(draft, 'Boolean!', on, undefined) : String(on)})`;
};

const argumentsOf = (draft: Draft, args: readonly GraphQLArgument[]): string => {
  const { random } = draft;
  const given = args.flatMap(({ name, type: declared, defaultValue }) => {
    // Where there is a default a variable may be of the type that can be null: it is an error only when it is.
    const loose = isNonNullType(declared) && defaultValue !== undefined && random.chance(0.4);
    const type = loose ? (declared.ofType as GraphQLInputType) : declared;
    if (!isNonNullType(type) && random.chance(0.4)) return [];
    const value = inputOf(draft, type, 0);
    if (!loose && !random.chance(0.5)) return [`${name}: ${literal(type, value)}`];
    // A variable that is not given leaves the argument to its default.
    const absent = !isNonNullType(type) && random.chance(0.2);
    const otherwise = random.chance(0.2) ? literal(type, inputOf(draft, type, 0)) : undefined;
    return [`${name}: ${variable(draft, String(type), absent ? undefined : value, otherwise)}`];
  });
  return given.length > 0 ? `(${given.join(', ')})` : '';
};

const variable = (draft: Draft, type: string, value: unknown, otherwise: string | undefined): string => {
  const name = `v${draft.variables.length + 1}`;
  draft.variables.push({ name, type, default: otherwise, value });
  return `$${name}`;
};

const inputOf = (draft: Draft, type: GraphQLInputType, depth: number): unknown => {
  const { random } = draft;
  if (isNonNullType(type)) return notNull(draft, type.ofType as GraphQLInputType, depth);
  if (random.chance(0.08)) return null;
  // One that stands alone is a list of one.
  if (isListType(type) && random.chance(0.1)) return notNull(draft, type.ofType as GraphQLInputType, depth);
  if (isListType(type))
    return Array.from({ length: random.below(3) }, () => notNull(draft, type.ofType as GraphQLInputType, depth));
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || (depth < 2 && random.chance(0.6)),
    );
    return Object.fromEntries(
      fields.map((field) => [
        field.name,
        isNonNullType(field.type) ? notNull(draft, field.type, depth + 1) : inputOf(draft, field.type, depth + 1),
      ]),
    );
  }
  switch (type.name) {
    case 'Int':
      return random.below(5);
    case 'Float':
      return random.below(50) / 4;
    case 'Boolean':
      return random.chance(0.5);
    case 'ID':
      return random.chance(0.05) ? random.below(100) : `${random.pick(['p', 'c', 'u', 'r'])}${1 + random.below(4)}`;
    default:
      return random.pick(['plain', 'with "quotes"', 'ünïcödé', '']);
  }
};

const notNull = (draft: Draft, type: GraphQLInputType, depth: number): unknown => {
  const value = inputOf(draft, type, depth);
  return value === null ? notNull(draft, type, depth) : value;
};

/** GraphQL's notation of a value: that of JSON, but for the names of enums and fields. */
const literal = (type: GraphQLInputType, value: unknown): string => {
  if (value === null) return 'null';
  if (isNonNullType(type)) return literal(type.ofType as GraphQLInputType, value);
  if (isListType(type)) {
    const item = type.ofType as GraphQLInputType;
    return Array.isArray(value)
      ? `[${value.map((one: unknown) => literal(item, one)).join(', ')}]`
      : literal(item, value);
  }
  if (isEnumType(type)) return String(value);
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    return `{ ${Object.entries(value as object)
      .flatMap(([name, part]) => {
        const field = fields[name];
        return field === undefined ? [] : [`${name}: ${literal(field.type, part)}`];
      })
      .join(', ')} }`;
  }
  return JSON.stringify(value);
};

import { DomainError } from '@supergraph/errors';
import { defaultFieldResolver, isIntrospectionType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { shield } from './graphqlShield.ts';
import type { Rule } from './graphqlShield.ts';
import { allow, deny } from './rule.ts';
import { keepLog } from './ruleLog.ts';
import type { RuleLog } from './ruleLog.ts';

/** The rules of one type by field; `*` is for every field that is not named. Without it they are denied. */
export type FieldRules = Readonly<Record<string, Rule>>;

/** A policy: for every object type of the schema one rule, or rules by field. */
export type Rules = Readonly<Record<string, Rule | FieldRules>>;

/** The two root fields that a gateway needs. {@link protect} opens them; spreading them into `Query` says so aloud. */
export type FederationFields = Readonly<{ _service: Rule; _entities: Rule }>;

/** What a subgraph's `permissions.ts` exports. */
export type Permissions = Rules | ((federation: FederationFields) => Rules);

const federationFields: FederationFields = { _service: allow, _entities: allow };
const federationTypes = new Set(['_Service']);

const isRule = (entry: Rule | FieldRules): entry is Rule => 'resolve' in entry && typeof entry.resolve === 'function';

const fieldRules = (entry: Rule | FieldRules | undefined): FieldRules =>
  entry === undefined ? {} : isRule(entry) ? { '*': entry } : entry;

/** A policy by type and field. */
export const rulesOf = (permissions: Permissions): Record<string, FieldRules> => {
  const given = typeof permissions === 'function' ? permissions(federationFields) : permissions;
  return Object.fromEntries(Object.entries(given).map(([type, entry]) => [type, fieldRules(entry)]));
};

const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !isIntrospectionType(type),
  );

/**
 * Both are mistakes that would otherwise be silent: shield ignores rules on interfaces (fail-open), and a type that
 * was forgotten is closed by the fallback, which nobody notices before production.
 */
const findMistakes = (schema: GraphQLSchema, rules: Rules): string[] => [
  ...Object.keys(rules)
    .filter((name) => !isObjectType(schema.getType(name)))
    .map((name) =>
      schema.getType(name) === undefined
        ? `${name} has rules but is not in the schema.`
        : `${name} is no object type: rules hold on object types only, so put them on each type behind it.`,
    ),
  ...objectTypes(schema)
    .filter(({ name }) => !(name in rules))
    .map(({ name }) => `${name} has no entry: every object type needs a rule, even if it is allow.`),
];

const forbidden = (): DomainError => new DomainError('FORBIDDEN', 'You may not do this.');

/**
 * What shield answers instead of a value. It passes null for a denial and else what the resolver threw, which by
 * default would become "Not Authorised!" without a code. Whatever is returned must be an error: graphql-js takes
 * anything else for the field's value.
 */
const fallbackError = (thrown: unknown): Error => {
  if (thrown === null) return forbidden();
  return thrown instanceof Error ? thrown : new Error('Something that is no error was thrown.', { cause: thrown });
};

type Resolve = GraphQLFieldResolver<unknown, unknown>;
type Middleware = (resolve: Resolve, ...call: Parameters<Resolve>) => unknown;

/** shield gives a function, or for composed rules an object around one. */
const middlewareOf = (generated: unknown): Middleware => {
  const found: unknown =
    typeof generated === 'object' && generated !== null && 'resolve' in generated ? generated.resolve : generated;
  if (typeof found !== 'function') throw new TypeError('graphql-shield gave no middleware for a field.');
  return (resolve, ...call) => Reflect.apply(found, undefined, [resolve, ...call]);
};

const guardField = (field: GraphQLField<unknown, unknown>, middleware: Middleware): void => {
  const guarded =
    (original: Resolve): Resolve =>
    (parent, args, context, info) =>
      middleware(original, parent, args, context, info);
  // A subscription field has two functions. Guarding `resolve` alone would let a denied client open the stream;
  // guarding `subscribe` alone would deliver events after a right was lost.
  if (field.subscribe) field.subscribe = guarded(field.subscribe);
  field.resolve = guarded(field.resolve ?? defaultFieldResolver);
};

/**
 * Puts a policy on a schema: denied unless allowed, federation's own fields opened. The schema is changed in place,
 * so that what `buildSubgraphSchema` attached to its types stays, and fields that are open to everyone cost nothing.
 *
 * A denial is FORBIDDEN, or what the rule says (UNAUTHENTICATED of `signedIn`); errors of resolvers pass unchanged.
 *
 * A rule of a subscription field is asked when the stream is opened (the parent is undefined) and again for every
 * event (the parent is the event).
 *
 * @param schema from `buildSubgraphSchema`; not yet protected
 * @returns the same schema
 * @throws Error naming every object type without an entry, and every entry that could not take effect
 */
export const protect = (schema: GraphQLSchema, permissions: Permissions, { log }: { log: RuleLog }): GraphQLSchema => {
  const rules = rulesOf(permissions);
  const query = schema.getQueryType();
  if (query && (query.name in rules || Object.keys(query.getFields()).every((field) => field in federationFields))) {
    rules[query.name] = { ...rules[query.name], ...onlyPresent(query, federationFields) };
  }
  for (const name of federationTypes) if (schema.getType(name)) rules[name] = { '*': allow };

  const mistakes = findMistakes(schema, rules);
  if (mistakes.length > 0) throw new Error(`The policy does not fit the schema:\n${mistakes.join('\n')}`);

  const generated: unknown = shield(rules, { fallbackRule: deny, fallbackError }).generate(schema);
  for (const type of objectTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      const chosen = rules[type.name]?.[field.name] ?? rules[type.name]?.['*'] ?? deny;
      if (chosen !== allow) guardField(field, middlewareOf(at(at(generated, type.name), field.name)));
    }
  }
  keepLog(schema, log);
  return schema;
};

const onlyPresent = (type: GraphQLObjectType, rules: FieldRules): FieldRules =>
  Object.fromEntries(Object.entries(rules).filter(([field]) => field in type.getFields()));

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  typeFromAST,
  valueFromAST,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** The values with defaults filled in and coerced (GraphQL specification, section 6.1.2), or what is wrong with them. */
export type CoerceVariables = (
  given: Variables,
) => Readonly<{ values: Variables } | { errors: readonly GraphQLError[] }>;

const noValues: Readonly<{ values: Variables }> = { values: Object.freeze(Object.create(null)) };

const wrong = Symbol('wrong');
type Coerce = (value: unknown) => unknown;

/**
 * Prepares coercion for one operation. Good values take the prepared way; for others graphql-js is asked, which
 * knows how to say what is wrong.
 */
export const compileVariables = (schema: GraphQLSchema, operation: OperationDefinitionNode): CoerceVariables => {
  const definitions = operation.variableDefinitions ?? [];
  const coercers = new Map<GraphQLInputType, Coerce>();
  const variables = definitions.map((definition) => {
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) throw new Error('A variable has an input type, or validation failed.');
    return {
      name: definition.variable.name.value,
      coerce: coercerOf(type, coercers),
      required: isNonNullType(type),
      fallback: definition.defaultValue && valueFromAST(definition.defaultValue, type),
    };
  });

  if (variables.length === 0) return () => noValues;

  return (given) => {
    const values: Record<string, unknown> = Object.create(null);
    for (const { name, coerce, required, fallback } of variables) {
      const raw = Object.hasOwn(given, name) ? given[name] : undefined;
      if (raw === undefined) {
        if (fallback !== undefined) values[name] = fallback;
        else if (required) return getVariables(schema, definitions, given);
        continue;
      }
      const value = coerce(raw);
      if (value === wrong) return getVariables(schema, definitions, given);
      values[name] = value;
    }
    return { values };
  };
};

const getVariables = (...question: Parameters<typeof getVariableValues>) => {
  const { coerced, errors } = getVariableValues(...question);
  return coerced === undefined ? { errors: errors ?? [] } : { values: coerced };
};

/** By type, so that an input object may contain itself. */
const coercerOf = (type: GraphQLInputType, known: Map<GraphQLInputType, Coerce>): Coerce => {
  const there = known.get(type);
  if (there !== undefined) return there;
  known.set(type, (value) => made(value));
  const made = makeCoercer(type, known);
  known.set(type, made);
  return made;
};

const makeCoercer = (type: GraphQLInputType, known: Map<GraphQLInputType, Coerce>): Coerce => {
  if (isNonNullType(type)) {
    const inner = coercerOf(type.ofType, known);
    return (value) => (value == null ? wrong : inner(value));
  }
  if (isListType(type)) {
    const inner = coercerOf(type.ofType, known);
    return (value) => {
      if (value == null) return null;
      if (!Array.isArray(value)) {
        const one = inner(value);
        return one === wrong ? wrong : [one];
      }
      const all = value.map((item: unknown) => inner(item ?? null));
      return all.includes(wrong) ? wrong : all;
    };
  }
  if (isInputObjectType(type)) {
    // graphql-js knows the rule of exactly one.
    if (type.isOneOf) return (value) => (value == null ? null : wrong);
    const fields = Object.values(type.getFields()).map((field) => ({
      name: field.name,
      coerce: coercerOf(field.type, known),
      required: isNonNullType(field.type),
      fallback: field.defaultValue as unknown,
    }));
    return (value) => {
      if (value == null) return null;
      if (typeof value !== 'object' || Array.isArray(value)) return wrong;
      const coerced: Record<string, unknown> = {};
      let used = 0;
      for (const { name, coerce, required, fallback } of fields) {
        const raw: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
        if (Object.hasOwn(value, name)) used += 1;
        if (raw === undefined) {
          if (fallback !== undefined) coerced[name] = fallback;
          else if (required) return wrong;
          continue;
        }
        const one = coerce(raw);
        if (one === wrong) return wrong;
        coerced[name] = one;
      }
      return used === Object.keys(value).length ? coerced : wrong;
    };
  }
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => (value == null ? null : typeof value === 'string' && names.has(value) ? value : wrong);
  }
  return isScalarType(type) ? scalarCoercer(type) : () => wrong;
};

const scalarCoercer = (type: Extract<GraphQLInputType, { parseValue: unknown }>): Coerce => {
  const accepts =
    (test: (value: unknown) => boolean): Coerce =>
    (value) =>
      value == null ? null : test(value) ? value : wrong;
  switch (type.name) {
    case GraphQLInt.name:
      return accepts((value) => typeof value === 'number' && (value | 0) === value);
    case GraphQLFloat.name:
      return accepts((value) => typeof value === 'number' && Number.isFinite(value));
    case GraphQLString.name:
      return accepts((value) => typeof value === 'string');
    case GraphQLBoolean.name:
      return accepts((value) => typeof value === 'boolean');
    case GraphQLID.name:
      // A number becomes its text; graphql-js decides which.
      return accepts((value) => typeof value === 'string');
    default:
      // Only the subgraph knows what a custom scalar may be.
      return (value) => value ?? null;
  }
};

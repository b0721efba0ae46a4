import {
  Kind,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql';
import { isData } from '../engine/compile/values.ts';
import { sum, type Formula } from './formula.ts';

/** The cost of a field's arguments: an input object is 1, anything else what its `@cost` or its type's says. */
export const compileArguments = (weights: ReadonlyMap<string, number>) => {
  const weightOf = (path: string, type: GraphQLInputType): number => {
    const named = getNamedType(type);
    return weights.get(path) ?? weights.get(named.name) ?? (isInputObjectType(named) ? 1 : 0);
  };

  /** Of a value in the document. */
  const written = (path: string, type: GraphQLInputType, value: ValueNode): Formula => {
    if (value.kind === Kind.NULL) return 0;
    if (value.kind === Kind.VARIABLE) {
      const name = value.name.value;
      if (isFree(path, type)) return 0;
      return (variables) => given(path, type, variables[name]);
    }
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const items = value.kind === Kind.LIST ? value.values : [value];
      return sum(items.map((item) => written(path, nullable.ofType, item)));
    }
    if (!isInputObjectType(nullable) || value.kind !== Kind.OBJECT) return weightOf(path, type);
    const fields = nullable.getFields();
    return sum([
      weightOf(path, type),
      ...value.fields.map(({ name, value: inner }) => {
        const field = fields[name.value];
        return field === undefined ? 0 : written(`${nullable.name}.${field.name}`, field.type, inner);
      }),
    ]);
  };

  /** Of a coerced value. */
  const given = (path: string, type: GraphQLInputType, value: unknown): number => {
    if (value == null) return 0;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.reduce((total: number, item) => total + given(path, nullable.ofType, item), 0);
    }
    if (!isInputObjectType(nullable) || !isData(value)) return weightOf(path, type);
    let total = weightOf(path, type);
    for (const field of Object.values(nullable.getFields())) {
      if (Object.hasOwn(value, field.name))
        total += given(`${nullable.name}.${field.name}`, field.type, value[field.name]);
    }
    return total;
  };

  const isFree = (path: string, type: GraphQLInputType): boolean =>
    !isInputObjectType(getNamedType(type)) && weightOf(path, type) === 0;

  return (path: string, node: FieldNode, field: GraphQLField<unknown, unknown>): Formula =>
    sum(
      (node.arguments ?? []).map(({ name, value }) => {
        const argument = field.args.find((one) => one.name === name.value);
        return argument === undefined ? 0 : written(`${path}.${argument.name}`, argument.type, value);
      }),
    );
};

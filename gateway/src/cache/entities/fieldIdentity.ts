import { Kind, type FieldNode, type ValueNode } from 'graphql';
import type { Variables } from '../../engine/compile/compileVariables.ts';
import { isData } from '../../engine/compile/values.ts';

/** Which field with which arguments, whatever it is called in an answer and wherever their values come from. */
export type FieldIdentity = (variables: Variables) => string;

/** Arguments in the order of their names; one whose variable has no value is not given. */
export const compileIdentity = (field: FieldNode): FieldIdentity => {
  const name = field.name.value;
  const given = (field.arguments ?? [])
    .map((argument) => ({ name: argument.name.value, value: argument.value }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (given.length === 0) return () => name;
  const identity: FieldIdentity = (variables) => {
    const texts = given.flatMap((argument) => {
      const text = textOf(argument.value, variables);
      return text === undefined ? [] : [`${argument.name}:${text}`];
    });
    return texts.length === 0 ? name : `${name}(${texts.join(',')})`;
  };
  if (given.some(({ value }) => hasVariable(value))) return identity;
  const constant = identity({});
  return () => constant;
};

const hasVariable = (value: ValueNode): boolean => {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
};

/** Undefined for a variable without a value. A number stays as it is written. */
const textOf = (value: ValueNode, variables: Variables): string | undefined => {
  switch (value.kind) {
    case Kind.VARIABLE: {
      const given = variables[value.name.value];
      return given === undefined ? undefined : canonical(given);
    }
    case Kind.NULL:
      return 'null';
    case Kind.BOOLEAN:
      return String(value.value);
    case Kind.INT:
    case Kind.FLOAT:
      return value.value;
    case Kind.STRING:
    case Kind.ENUM:
      return JSON.stringify(value.value);
    case Kind.LIST:
      return `[${value.values.map((item) => textOf(item, variables) ?? 'null').join(',')}]`;
    case Kind.OBJECT:
      return objectText(value.fields.map((field) => [field.name.value, textOf(field.value, variables)]));
  }
};

/** JSON with the keys of objects in their order. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isData(value)) return JSON.stringify(value) ?? 'null';
  return objectText(
    Object.entries(value).map(([name, inner]) => [name, inner === undefined ? inner : canonical(inner)]),
  );
};

const objectText = (fields: readonly (readonly [string, string | undefined])[]): string =>
  `{${fields
    .flatMap(([name, text]) => (text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]))
    .toSorted()
    .join(',')}}`;

import {
  Kind,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  type ASTNode,
  type DirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { rulesOf, type Permissions } from './protect.ts';
import { allow } from './rule.ts';

/**
 * Fields that a policy does not open to everybody and that `@cacheControl` would let the gateway keep for everybody.
 *
 * A field may be kept when it has a hint or its type has; and a leaf also when its object may. What an object without
 * a hint of its own inherits is found from the fields that return it.
 *
 * @returns a sentence for each
 */
export const findPublicHints = (schema: GraphQLSchema, permissions: Permissions): readonly string[] => {
  const rules = rulesOf(permissions);
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const kept = keptTypes(schema);

  return types.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const rule = rules[type.name]?.[field.name] ?? rules[type.name]?.['*'];
      if (rule === allow || type.name.startsWith('_') || field.name.startsWith('_')) return [];
      if (!isKept(type, field, kept)) return [];
      return [
        `${type.name}.${field.name} is not open to everybody (its rule is not allow), but @cacheControl keeps it for everybody: ` +
          'give it scope: PRIVATE or maxAge: 0.',
      ];
    }),
  );
};

/** The object types that may be kept for everybody, by a hint of their own or of a field that returns them. */
const keptTypes = (schema: GraphQLSchema): ReadonlySet<string> => {
  const kept = new Set<string>();
  const keep = (type: GraphQLNamedType): void => {
    kept.add(type.name);
    if (isAbstractType(type)) for (const { name } of schema.getPossibleTypes(type)) kept.add(name);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isPublic(hintOf(type.astNode))) keep(type);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (isPublic(hintOf(field.astNode))) keep(getNamedType(field.type));
    }
  }
  return kept;
};

const isKept = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, kept: ReadonlySet<string>): boolean => {
  const own = hintOf(field.astNode);
  if (own !== undefined) return isPublic(own);
  const named = getNamedType(field.type);
  if (isLeafType(named)) return kept.has(type.name) && !isPrivate(hintOf(type.astNode));
  // Behind an abstract type without a hint the hints of the types count.
  return isPublic(hintOf(named.astNode)) || (isAbstractType(named) && kept.has(named.name));
};

const hintOf = (node: ASTNode | null | undefined): DirectiveNode | undefined =>
  node && 'directives' in node
    ? node.directives?.find((directive) => directive.name.value === 'cacheControl')
    : undefined;

const argumentOf = (hint: DirectiveNode, name: string) =>
  hint.arguments?.find((argument) => argument.name.value === name)?.value;

const isPrivate = (hint: DirectiveNode | undefined): boolean => {
  const scope = hint && argumentOf(hint, 'scope');
  return scope?.kind === Kind.ENUM && scope.value === 'PRIVATE';
};

const isPublic = (hint: DirectiveNode | undefined): boolean => {
  if (hint === undefined || isPrivate(hint)) return false;
  const maxAge = argumentOf(hint, 'maxAge');
  return !(maxAge?.kind === Kind.INT && Number(maxAge.value) === 0);
};

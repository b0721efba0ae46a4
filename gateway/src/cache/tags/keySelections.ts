import {
  Kind,
  isAbstractType,
  isObjectType,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql';
import type { CacheSchema, CacheType } from '../hints/readCacheSchema.ts';

/** What is asked for of a type beside what the client wants, so that an answer's entities can be named. */
export type KeySelections = (type: GraphQLNamedType | undefined) => readonly SelectionNode[];

/**
 * @param api what can be asked for: a key that clients do not see names nothing
 * @param matters of which types
 */
export const createKeySelections = (
  schema: CacheSchema,
  api: GraphQLSchema,
  matters: (type: CacheType) => boolean = () => true,
): KeySelections => {
  const fieldsOf = (name: string): readonly FieldNode[] => {
    const type = api.getType(name);
    const known = schema.types.get(name);
    const key = known && matters(known) ? (known.key ?? []) : [];
    return isObjectType(type) && key.every((part) => part in type.getFields()) ? key.map(fieldNode) : [];
  };
  const known = new Map<string, readonly SelectionNode[]>();
  const make = (type: GraphQLNamedType): readonly SelectionNode[] => {
    if (isObjectType(type)) return fieldsOf(type.name);
    if (!isAbstractType(type)) return [];
    const fragments = api.getPossibleTypes(type).flatMap(({ name }): SelectionNode[] => {
      const selections = fieldsOf(name);
      if (selections.length === 0) return [];
      return [
        {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
          selectionSet: { kind: Kind.SELECTION_SET, selections },
        },
      ];
    });
    return fragments.length === 0 ? [] : [fieldNode('__typename'), ...fragments];
  };
  return (type) => {
    if (type === undefined) return [];
    const there = known.get(type.name);
    if (there) return there;
    const made = make(type);
    known.set(type.name, made);
    return made;
  };
};

const fieldNode = (name: string): FieldNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } });

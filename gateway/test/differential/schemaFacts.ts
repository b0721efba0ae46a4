import {
  Kind,
  parse,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  getNamedType,
} from 'graphql';

/** What the subgraphs' schemas say that the API schema does not; keys are `Type.field`. */
export type SchemaFacts = Readonly<{
  requires: ReadonlyMap<string, SelectionSetNode>;
  /** Arguments that come from the nearest object around that is of one of these types: from which of its fields. */
  contexts: ReadonlyMap<string, Readonly<{ argument: string; types: ReadonlySet<string>; field: string }>>;
  /** Fields that some @requires or @fromContext needs: they never fail, since the oracle would not show such an error. */
  required: ReadonlySet<string>;
  /** The types that an abstract field may return: those that every subgraph which answers it knows. */
  candidates: ReadonlyMap<string, readonly string[]>;
  /** What subgraphs may answer and clients may not see: the values of an enum, by its name. */
  hiddenValues: ReadonlyMap<string, readonly string[]>;
  /** Fields of types that clients may not see. */
  hiddenFields: ReadonlyMap<string, GraphQLOutputType>;
  /** `subgraph:Type.field` that another subgraph has taken over: to ask for it there is a mistake. */
  overridden: ReadonlySet<string>;
}>;

export const schemaFacts = (
  api: GraphQLSchema,
  sdls: Readonly<Record<string, string>>,
  schemas: ReadonlyMap<string, GraphQLSchema>,
): SchemaFacts => {
  const requires = new Map<string, SelectionSetNode>();
  const required = new Set<string>();
  const overridden = new Set<string>();

  /** What would leave null in the place of an object. */
  const noteWhole = (name: string): void => {
    const type = api.getType(name);
    for (const field of isObjectType(type) ? Object.values(type.getFields()) : [])
      if (isNonNullType(field.type)) required.add(`${name}.${field.name}`);
  };

  const note = (type: string, selection: SelectionSetNode): void => {
    for (const node of selection.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) note(node.typeCondition?.name.value ?? type, node.selectionSet);
      if (node.kind !== Kind.FIELD) continue;
      required.add(`${type}.${node.name.value}`);
      const parent = api.getType(type);
      const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
      if (field === undefined || node.selectionSet === undefined) continue;
      const inner = getNamedType(field.type);
      note(inner.name, node.selectionSet);
      // The fetch that a gateway reads it from may ask for more.
      noteWhole(inner.name);
    }
  };
  for (const sdl of Object.values(sdls)) {
    let type = '';
    let isInterface = false;
    visit(parse(sdl), {
      ObjectTypeDefinition: (node) => {
        type = node.name.value;
        isInterface = (node.directives ?? []).some(({ name }) => name.value === 'interfaceObject');
      },
      FieldDefinition: (node) => {
        // A subgraph cannot tell its objects apart, so what is asked of some of them is asked of all.
        if (isInterface) noteWhole(namedTypeOf(node.type));
        for (const { name, arguments: given = [] } of node.directives ?? []) {
          const value = given[0]?.value;
          if (value?.kind !== Kind.STRING) continue;
          if (name.value === 'override' && given.length === 1)
            overridden.add(`${value.value}:${type}.${node.name.value}`);
          if (name.value !== 'requires') continue;
          const [query] = parse(`{ ${value.value} }`).definitions;
          if (query?.kind !== Kind.OPERATION_DEFINITION) continue;
          requires.set(`${type}.${node.name.value}`, query.selectionSet);
          note(type, query.selectionSet);
        }
      },
    });
  }
  const contexts = contextsOf(Object.values(sdls).map((sdl) => parse(sdl)));
  for (const { types, field } of contexts.values()) for (const type of types) required.add(`${type}.${field}`);
  const { hiddenValues, hiddenFields } = hiddenOf(api, schemas);
  return {
    requires,
    contexts,
    hiddenValues,
    hiddenFields,
    required,
    overridden,
    candidates: candidatesOf(api, schemas),
  };
};

const namedTypeOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);

/** `@context(name: "x")` of types, and `@fromContext(field: "$x { field }")` of arguments. */
const contextsOf = (subgraphs: readonly DocumentNode[]): SchemaFacts['contexts'] => {
  const contexts = new Map<string, { argument: string; types: ReadonlySet<string>; field: string }>();
  const textOf = ({ arguments: given = [] }: DirectiveNode): string =>
    given[0]?.value.kind === Kind.STRING ? given[0].value.value : '';
  for (const document of subgraphs) {
    const types = new Map<string, Set<string>>();
    const enter = (visitor: (type: string, node: ObjectTypeDefinitionNode) => void) =>
      visit(document, { ObjectTypeDefinition: (node) => visitor(node.name.value, node) });
    enter((type, { directives = [] }) => {
      for (const directive of directives) {
        if (directive.name.value !== 'context') continue;
        types.set(textOf(directive), (types.get(textOf(directive)) ?? new Set()).add(type));
      }
    });
    enter((type, { fields = [] }) => {
      for (const { name, arguments: args = [] } of fields) {
        for (const { name: argument, directives = [] } of args) {
          const from = directives.find((directive) => directive.name.value === 'fromContext');
          const [, context, field] = /\$(\w+) *\{ *(\w+) *\}/.exec(from === undefined ? '' : textOf(from)) ?? [];
          const around = types.get(context ?? '');
          if (field === undefined || around === undefined) continue;
          contexts.set(`${type}.${name.value}`, { argument: argument.value, types: around, field });
        }
      }
    });
  }
  return contexts;
};

const hiddenOf = (api: GraphQLSchema, schemas: ReadonlyMap<string, GraphQLSchema>) => {
  const hiddenValues = new Map<string, readonly string[]>();
  const hiddenFields = new Map<string, GraphQLOutputType>();
  for (const schema of schemas.values()) {
    for (const type of Object.values(schema.getTypeMap())) {
      const seen = api.getType(type.name);
      if (isEnumType(type) && isEnumType(seen)) {
        const hidden = type.getValues().filter(({ name }) => seen.getValue(name) === undefined);
        if (hidden.length > 0)
          hiddenValues.set(
            type.name,
            hidden.map(({ name }) => name),
          );
      }
      if (!isObjectType(type) || seen !== undefined) continue;
      for (const field of Object.values(type.getFields())) hiddenFields.set(`${type.name}.${field.name}`, field.type);
    }
  }
  return { hiddenValues, hiddenFields };
};

const candidatesOf = (
  api: GraphQLSchema,
  schemas: ReadonlyMap<string, GraphQLSchema>,
): ReadonlyMap<string, readonly string[]> => {
  const candidates = new Map<string, readonly string[]>();
  for (const type of Object.values(api.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, type: of } of Object.values(type.getFields())) {
      const abstract = getNamedType(of);
      if (!isAbstractType(abstract)) continue;
      const all = [...schemas.values()].flatMap((schema) => {
        const known = schema.getType(abstract.name);
        return isAbstractType(known) ? schema.getPossibleTypes(known).map((possible) => possible.name) : [];
      });
      let names = [...new Set(all)];
      for (const schema of schemas.values()) {
        const here = schema.getType(type.name);
        if ((!isObjectType(here) && !isInterfaceType(here)) || here.getFields()[name] === undefined) continue;
        const known = schema.getType(abstract.name);
        // An interface object is an object there: it may be any of them.
        if (!isAbstractType(known)) continue;
        const there = new Set(schema.getPossibleTypes(known).map((possible) => possible.name));
        names = names.filter((possible) => there.has(possible));
      }
      candidates.set(`${type.name}.${name}`, names);
    }
  }
  return candidates;
};

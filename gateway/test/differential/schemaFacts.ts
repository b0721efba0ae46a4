import {
  Kind,
  parse,
  visit,
  type GraphQLSchema,
  type SelectionSetNode,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  getNamedType,
} from 'graphql';

/** What the subgraphs' schemas say that the API schema does not; keys are `Type.field`. */
export type SchemaFacts = Readonly<{
  requires: ReadonlyMap<string, SelectionSetNode>;
  /** Fields that some @requires needs: they never fail, since the oracle would not show such an error. */
  required: ReadonlySet<string>;
  /** The types that an abstract field may return: those that every subgraph which answers it knows. */
  candidates: ReadonlyMap<string, readonly string[]>;
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

  const note = (type: string, selection: SelectionSetNode): void => {
    for (const node of selection.selections) {
      if (node.kind !== Kind.FIELD) continue;
      required.add(`${type}.${node.name.value}`);
      const parent = api.getType(type);
      const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
      if (field !== undefined && node.selectionSet !== undefined)
        note(getNamedType(field.type).name, node.selectionSet);
    }
  };

  for (const sdl of Object.values(sdls)) {
    let type = '';
    visit(parse(sdl), {
      ObjectTypeDefinition: (node) => {
        type = node.name.value;
      },
      FieldDefinition: (node) => {
        for (const { name, arguments: given = [] } of node.directives ?? []) {
          const value = given[0]?.value;
          if (value?.kind !== Kind.STRING) continue;
          if (name.value === 'override') overridden.add(`${value.value}:${type}.${node.name.value}`);
          if (name.value !== 'requires') continue;
          const [query] = parse(`{ ${value.value} }`).definitions;
          if (query?.kind !== Kind.OPERATION_DEFINITION) continue;
          requires.set(`${type}.${node.name.value}`, query.selectionSet);
          note(type, query.selectionSet);
        }
      },
    });
  }
  return { requires, required, overridden, candidates: candidatesOf(api, schemas) };
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
      let names = api.getPossibleTypes(abstract).map((possible) => possible.name);
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

import { Supergraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  parse,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql';
import { z } from 'zod';
import { composed } from '../startTestGateway.ts';
import { schemaFacts } from './schemaFacts.ts';
import type { Subgraphs } from './subgraphs.ts';
import { createWorld, type Thing, type World } from './world.ts';

/** What an engine answers; only paths of errors are compared. */
export type Answer = {
  data?: unknown;
  errors?: readonly {
    path?: readonly (string | number)[];
    message: string;
    extensions?: Readonly<Record<string, unknown>>;
  }[];
};
export type Execute = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** Whether a field may not be read, for fields of this document. */
export type Guard = (document: DocumentNode) => (info: GraphQLResolveInfo) => boolean;
export type Oracle = (query: string, variables: Readonly<Record<string, unknown>>, guard?: Guard) => Promise<Answer>;

/** Subgraphs in this process, and an oracle that has all their data in one schema. */
export type Federation = Readonly<{
  supergraphSdl: string;
  api: GraphQLSchema;
  world: World;
  oracle: Oracle;
  /** What a subgraph answers to the body of a request. */
  ask: (subgraph: string, body: string) => Promise<string>;
  /** The mutations that were run since this was last asked, in their order. */
  effects: () => readonly string[];
}>;

const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() });

export const createFederation = (subgraphs: Subgraphs): Federation => {
  const named = Object.entries(subgraphs);
  const supergraphSdl = composed(
    Object.fromEntries(named.map(([name, sdl]) => [name, { url: `http://${name}.test/`, sdl }])),
  );
  const api = Supergraph.build(supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema();

  // Schemas resolve references in the world, which is made up from the schemas.
  let there: World | undefined;
  const current = (): World => {
    if (there === undefined) throw new Error('The world is not there yet.');
    return there;
  };
  const schemas = new Map<string, GraphQLSchema>(named.map(([name, sdl]) => [name, subgraphSchema(sdl, current)]));
  const facts = schemaFacts(api, subgraphs, schemas);
  const world = (there = createWorld(api, facts));
  const { valueOf } = world;
  const run: string[] = [];

  const fieldOf =
    (subgraph: string): GraphQLFieldResolver<Thing | undefined, unknown> =>
    (source, args, _context, { fieldName, parentType }) => {
      if (parentType.name === 'Mutation') world.written(run.push(`${fieldName}(${JSON.stringify(args)})`));
      const of = source ?? { type: parentType.name, key: parentType.name };
      if (facts.overridden.has(`${subgraph}:${of.type}.${fieldName}`)) return 'asked of the subgraph that lost it';
      // A @requires can only be answered for a representation.
      if (subgraph !== '' && facts.requires.has(`${of.type}.${fieldName}`) && of.sent === undefined)
        return new Error(`${of.type}.${fieldName} was asked without what it requires`);
      const value = valueOf(of, fieldName, args);
      return subgraph === '' ? found(value, of) : value;
    };
  const typeOf: GraphQLTypeResolver<Thing, unknown> = ({ type }) => type;

  const resolvers = new Map([...schemas.keys(), ''].map((name) => [name, fieldOf(name)]));
  const documents = new Map<string, DocumentNode>();
  const parsed = (query: string): DocumentNode => {
    let document = documents.get(query);
    if (document === undefined) documents.set(query, (document = parse(query, { noLocation: true })));
    return document;
  };
  const answer = async (
    subgraph: string,
    schema: GraphQLSchema,
    query: string,
    variableValues: object,
    guard?: Guard,
  ) => {
    const document = parsed(query);
    const resolve = resolvers.get(subgraph);
    const isForbidden = guard?.(document);
    return execute({
      schema,
      document,
      variableValues: variableValues as Record<string, unknown>,
      fieldResolver:
        isForbidden === undefined
          ? resolve
          : (source: Thing | undefined, args, context, info) =>
              isForbidden(info) ? new Error('forbidden') : resolve?.(source, args, context, info),
      typeResolver: typeOf,
    });
  };

  return {
    supergraphSdl,
    api,
    world,
    oracle: async (query, variables, guard) =>
      JSON.parse(JSON.stringify(await answer('', api, query, variables, guard))) as Answer,
    ask: async (subgraph, body) => {
      const schema = schemas.get(subgraph);
      if (schema === undefined) throw new Error(`There is no subgraph ${subgraph}.`);
      const { query, variables } = request.parse(JSON.parse(body));
      return JSON.stringify(await answer(subgraph, schema, query, variables ?? {}));
    },
    effects: () => {
      documents.clear();
      world.written(0);
      return run.splice(0);
    },
  };
};

/** A value that knows the object it was found in. */
const found = (value: unknown, around: Thing): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => found(item, around));
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  return { ...value, around };
};

const subgraphSchema = (sdl: string, world: () => World): GraphQLSchema => {
  const typeDefs = parse(sdl);
  const names = typeDefs.definitions.flatMap((node) =>
    node.kind === 'ObjectTypeDefinition' || node.kind === 'InterfaceTypeDefinition' ? [node.name.value] : [],
  );
  const resolveReference = (representation: Record<string, unknown>): (Thing & { __typename: unknown }) | null => {
    const thing = world().thingOf(representation);
    if (thing === null) return null;
    // Where an interface is an object, the object's own type is not known.
    return { ...thing, __typename: names.includes(thing.type) ? thing.type : representation['__typename'] };
  };
  return buildSubgraphSchema([
    {
      typeDefs,
      resolvers: Object.fromEntries(
        names
          .filter((name) => !['Query', 'Mutation', 'Subscription'].includes(name))
          .map((name) => [name, { __resolveReference: resolveReference }]),
      ) as never,
    },
  ]);
};

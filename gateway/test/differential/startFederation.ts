import { Supergraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type GraphQLFieldResolver, type GraphQLSchema, type GraphQLTypeResolver } from 'graphql';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { composed } from '../startTestGateway.ts';
import { schemaFacts } from './schemaFacts.ts';
import type { Subgraphs } from './schemas.ts';
import { createWorld, type Thing, type World } from './world.ts';

/** What an engine answers; only paths of errors are compared. */
export type Answer = { data?: unknown; errors?: readonly { path?: readonly (string | number)[]; message: string }[] };
export type Execute = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** Subgraphs on ports of their own, and an oracle that has all their data in one schema. */
export type Federation = Readonly<{
  supergraphSdl: string;
  api: GraphQLSchema;
  world: World;
  oracle: Execute;
  /** The mutations that were run since this was last asked, in their order. */
  effects: () => readonly string[];
  close: () => Promise<void>;
}>;

const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() });

export const startFederation = async (subgraphs: Subgraphs): Promise<Federation> => {
  const named = Object.entries(subgraphs);
  const answers = new Map<string, (body: string) => Promise<string>>();
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const answer = answers.get(message.url ?? '');
      Promise.resolve(answer?.(Buffer.concat(chunks).toString()) ?? '').then(
        (text) => response.writeHead(200, { 'content-type': 'application/json' }).end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const supergraphSdl = composed(
    Object.fromEntries(named.map(([name, sdl]) => [name, { url: `http://127.0.0.1:${port}/${name}`, sdl }])),
  );
  const api = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();

  let world: World | undefined;
  const current = (): World => {
    if (world === undefined) throw new Error('The world is not there yet.');
    return world;
  };
  const schemas = new Map<string, GraphQLSchema>(named.map(([name, sdl]) => [name, subgraphSchema(sdl, current)]));
  const facts = schemaFacts(api, subgraphs, schemas);
  world = createWorld(api, facts);
  const { valueOf } = world;
  const run: string[] = [];

  const fieldOf =
    (subgraph: string): GraphQLFieldResolver<Thing | undefined, unknown> =>
    (source, args, _context, { fieldName, parentType }) => {
      if (parentType.name === 'Mutation') run.push(`${fieldName}(${JSON.stringify(args)})`);
      const of = source ?? { type: parentType.name, key: parentType.name };
      if (facts.overridden.has(`${subgraph}:${of.type}.${fieldName}`)) return 'asked of the subgraph that lost it';
      // A @requires can only be answered for a representation.
      if (subgraph !== '' && facts.requires.has(`${of.type}.${fieldName}`) && of.sent === undefined)
        return new Error(`${of.type}.${fieldName} was asked without what it requires`);
      return valueOf(of, fieldName, args);
    };
  const typeOf: GraphQLTypeResolver<Thing, unknown> = ({ type }) => type;

  for (const [name, schema] of schemas) {
    answers.set(`/${name}`, async (body) => {
      const { query, variables } = request.parse(JSON.parse(body));
      const result = await execute({
        schema,
        document: parse(query),
        variableValues: variables ?? {},
        fieldResolver: fieldOf(name),
        typeResolver: typeOf,
      });
      return JSON.stringify(result);
    });
  }

  const oracleField = fieldOf('');
  return {
    supergraphSdl,
    api,
    world,
    oracle: async (query, variableValues) => {
      const document = parse(query);
      const result = await execute({
        schema: api,
        document,
        variableValues,
        fieldResolver: oracleField,
        typeResolver: typeOf,
      });
      return JSON.parse(JSON.stringify(result)) as Answer;
    },
    effects: () => run.splice(0),
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};

const subgraphSchema = (sdl: string, world: () => World): GraphQLSchema => {
  const typeDefs = parse(sdl);
  const names = typeDefs.definitions.flatMap((node) =>
    node.kind === 'ObjectTypeDefinition' || node.kind === 'InterfaceTypeDefinition' ? [node.name.value] : [],
  );
  const resolveReference = (representation: Record<string, unknown>): Thing & { __typename: unknown } => {
    const thing = world().thingOf(representation);
    // Where an interface is an object, the object's own type is not known.
    return { ...thing, __typename: names.includes(thing.type) ? thing.type : representation['__typename'] };
  };
  return buildSubgraphSchema([
    {
      typeDefs,
      resolvers: Object.fromEntries(
        names
          .filter((name) => !['Query', 'Mutation'].includes(name))
          .map((name) => [name, { __resolveReference: resolveReference }]),
      ) as never,
    },
  ]);
};

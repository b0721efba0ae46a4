import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';

/** The part of a logger that rules need. */
export type RuleLog = { error: (fields: object, message: string) => void };

/** Rules are constants and know no logger; each protected schema brings its own. */
const logs = new WeakMap<GraphQLSchema, RuleLog>();

export const keepLog = (schema: GraphQLSchema, log: RuleLog): void => void logs.set(schema, log);

/** The request's log where there is one (it has the request id), else the one of the schema. */
export const logOf = (context: { log?: RuleLog }, info: GraphQLResolveInfo): RuleLog | undefined =>
  context.log ?? logs.get(info.schema);

import type { GraphQLFormattedError } from 'graphql';
import type { EntityCache } from '../../cache/entities/createEntityCache.ts';
import { wantsFresh } from '../../cache/wantsFresh.ts';
import type { FormatError } from '../../formatError.ts';
import type { RequestContext } from '../../requestContext.ts';
import type { CompiledOperation } from '../compile/compileOperation.ts';
import type { StepGroup } from '../compile/compileSteps.ts';
import type { Variables } from '../compile/compileVariables.ts';
import type { TypeNames } from '../compile/typeNames.ts';
import type { Data, Root } from '../compile/values.ts';
import type { HeadersOf } from '../../upstream/createUpstreamHeaders.ts';
import type { Send } from '../upstream/send.ts';
import type { Cancellation } from './cancellation.ts';
import type { Sharing } from './createSharing.ts';

/** What a client is answered: the JSON of `data`, and the errors. */
export type Executed = Readonly<{
  dataText: string;
  /** Whether `dataText` is nothing but ASCII. */
  ascii: boolean;
  errors: readonly GraphQLFormattedError[];
  tags: readonly string[] | null;
  /** When the first part of it that was kept is too old, in milliseconds since 1970; Infinity when all was fetched. */
  freshUntil: number;
}>;

export type ExecuteOptions = Readonly<{
  types: TypeNames;
  urlOf: (subgraph: string) => URL | undefined;
  headersOf: HeadersOf;
  send: Send;
  /** Null: every request is sent, whoever else asks the same at the moment. */
  share: Sharing | null;
  /** Null: no entity is kept. */
  entities: EntityCache | null;
  formatError: FormatError;
}>;

export type Execute = (
  operation: CompiledOperation,
  variables: Variables,
  context: RequestContext,
  /** When nobody waits any longer the promise is rejected. */
  cancellation: Cancellation | null,
) => Promise<Executed>;

/**
 * One execution: what it was given, and what there is so far: for an answer, or for all events of a burst. What is null
 * is made when something is to be noted in it, which is seldom.
 */
export type Run<Of extends Root = Root> = {
  readonly options: ExecuteOptions;
  readonly operation: CompiledOperation;
  readonly variables: Variables;
  readonly context: RequestContext;
  readonly cancellation: Cancellation | null;
  readonly data: Of;
  readonly errors: GraphQLFormattedError[];
  /** Those of steps that are for a deferred fragment: of which one. */
  late: Map<GraphQLFormattedError, string> | null;
  /** How much of its path leads to the null that an error left. */
  nulled: Map<GraphQLFormattedError, number> | null;
  /** The variables as JSON, once they were needed. */
  texts: Map<string, string> | null;
  /** Whether any answer had an escape in its JSON. */
  escapes: boolean;
  /** Whether every answer was nothing but ASCII. */
  ascii: boolean;
  /** Who asks, as a part of a key; made when first needed. */
  viewer: string | null;
  /** Whether nothing that is kept may be used. */
  readonly wantsFresh: boolean;
  /** When the first of what was kept is too old. */
  freshUntil: number;
  /** The objects that a subgraph was asked about as entities, and knows none. */
  readonly absent: { readonly group: StepGroup; readonly targets: readonly Data[] }[];
};

export const startRun = (
  options: ExecuteOptions,
  ...[operation, variables, context, cancellation]: Parameters<Execute>
): Run<Data> => {
  const run: Run<Data> = {
    options,
    operation,
    variables,
    context,
    cancellation,
    data: {},
    errors: [],
    late: null,
    nulled: null,
    texts: null,
    escapes: false,
    ascii: operation.introspect === null,
    viewer: null,
    wantsFresh: options.entities !== null && wantsFresh(context),
    freshUntil: Infinity,
    absent: [],
  };
  operation.introspect?.(run.data, variables);
  return run;
};

/** A path of our keys, as the client named them. */
export const inClientsWords = (run: Run, path: readonly (string | number)[]): readonly (string | number)[] =>
  path.map((key) => (typeof key === 'string' ? run.operation.keys.clientKey(key) : key));

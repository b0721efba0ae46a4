import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Caching } from '../cache/response/cacheKey.ts';
import { compileOperation, type CompiledOperation, type Compiler } from './compile/compileOperation.ts';
import { compileVariables, type CoerceVariables, type Variables } from './compile/compileVariables.ts';
import { conditionVariables, hasDefer } from './compile/specialise.ts';
import type { Access, AccessOf } from '../authorization/compileAccess.ts';
import type { CostOf } from '../cost/compileCost.ts';
import { checkLimits } from '../limits/checkLimits.ts';
import type { LimitsConfig } from '../limits/limitsConfig.ts';
import { parseWithin } from '../limits/parseWithin.ts';
import { deferLabelRule } from './deferLabelRule.ts';
import { createLru } from './createLru.ts';

/** An operation that was found good, with what was compiled of it so far. */
export type PreparedOperation = Readonly<{
  /** Its own among the operations of the engine. */
  id: number;
  operation: OperationDefinitionNode;
  coerce: CoerceVariables;
  cost: CostOf;
  /** What a principal may do of it; null when everybody may do everything. */
  access: AccessOf | null;
  /** How its answers may be kept; null when nothing may. */
  caching: Caching | null;
  /** Whether anything in it may be deferred. */
  defers: boolean;
  /**
   * The compiled operation for coerced variables: at once when it is known.
   *
   * @param deferring whether the client takes an answer in parts; else nothing is deferred
   */
  compiled: (
    variables: Variables,
    access: Access | null,
    deferring?: boolean,
  ) => CompiledOperation | Promise<CompiledOperation>;
}>;

export type Operations = Readonly<{
  /** What is wrong with a document is returned, not thrown: it is the client's to know. */
  prepare: (
    query: string,
    operationName: string | undefined,
  ) => PreparedOperation | Readonly<{ errors: readonly GraphQLError[] }>;
}>;

export type OperationsOptions = Compiler &
  Readonly<{
    introspection: boolean;
    limits: LimitsConfig;
    compileCost: (document: DocumentNode, operation: OperationDefinitionNode) => CostOf;
    /** Null when the supergraph demands nothing of anybody. */
    compileAccess: ((document: DocumentNode, operation: OperationDefinitionNode) => AccessOf | null) | null;
    random?: () => number;
  }>;

const limits = { entries: 2_000, characters: 20_000_000 };
const variantLimits = { entries: 256, characters: 100_000 };

/** Remembers operations by the text of their document and the operation's name. */
export const createOperations = (options: OperationsOptions): Operations => {
  const known = createLru<PreparedOperation>(limits);
  let ids = 0;
  const rules = [
    ...specifiedRules,
    deferLabelRule,
    ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];

  const read = (query: string): DocumentNode | readonly GraphQLError[] => {
    const document = parseWithin(query, options.limits);
    if (!('kind' in document)) return document;
    const tooLarge = checkLimits(document, options.limits);
    if (tooLarge.length > 0) return tooLarge;
    const invalid = validate(options.schema, document, rules);
    if (invalid.length === 0) return document;
    return invalid.map((error) =>
      coded(options.introspection ? error : withoutHints(error), 'GRAPHQL_VALIDATION_FAILED'),
    );
  };

  return {
    prepare: (query, operationName) => {
      const key = operationName === undefined ? query : `${operationName}\n${query}`;
      const there = known.get(key);
      if (there !== undefined) return there;
      const document = read(query);
      if (!('kind' in document)) return { errors: document };
      const operation = chosen(document, operationName);
      if (operation instanceof GraphQLError) return { errors: [operation] };
      const coerce = compileVariables(options.schema, operation);
      const prepared: PreparedOperation = {
        id: (ids += 1),
        operation,
        coerce: options.introspection ? coerce : withoutHintsIn(coerce),
        cost: options.compileCost(document, operation),
        access: options.compileAccess?.(document, operation) ?? null,
        defers: hasDefer(document),
        caching: options.cache?.caching(key, document, operation) ?? null,
        compiled: createVariants(options, document, operation),
      };
      known.set(key, prepared);
      return prepared;
    },
  };
};

/** One for each combination of what `@skip`, `@include` and progressive `@override` depend on; each compiled once. */
const createVariants = (
  { random = Math.random, ...compiler }: OperationsOptions,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PreparedOperation['compiled'] => {
  const names = conditionVariables(document);
  const { overridePercentages } = compiler.planner;
  const variants = createLru<CompiledOperation | Promise<CompiledOperation>>(variantLimits);

  return (variables, access, deferring = false) => {
    let key = `${deferring ? 'deferring ' : ''}${access === null ? '' : `${access.key} `}`;
    for (const name of names) key += variables[name] === true ? '1' : '0';
    let draw = 0;
    if (overridePercentages.length > 0) {
      draw = random() * 100;
      key += ` ${overridePercentages.filter((percentage) => percentage > draw).length}`;
    }
    const there = variants.get(key);
    if (there !== undefined) return there;
    const compiling = compileOperation(
      compiler,
      access?.document ?? document,
      access?.operation ?? operation,
      variables,
      draw,
      deferring,
    ).then(
      (compiled) => {
        variants.set(key, compiled);
        return compiled;
      },
      (error: unknown) => {
        // What went wrong once is not remembered: the next request tries again.
        variants.delete(key);
        throw error;
      },
    );
    variants.set(key, compiling);
    return compiling;
  };
};

const chosen = (document: DocumentNode, name: string | undefined): OperationDefinitionNode | GraphQLError => {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const matching = name === undefined ? operations : operations.filter((operation) => operation.name?.value === name);
  const [operation] = matching;
  if (operation === undefined || matching.length > 1) {
    return new GraphQLError('The document has no such operation, or several and no operationName chooses one.', {
      extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
    });
  }
  return operation;
};

const coded = (error: GraphQLError, code: string): GraphQLError => {
  const located = { nodes: error.nodes ?? null, source: error.source ?? null, positions: error.positions ?? null };
  return new GraphQLError(error.message, { ...located, extensions: { ...error.extensions, code } });
};

/** graphql-js proposes names that resemble an unknown one: introspection by guessing. */
const withoutHints = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message.replace(/ ?Did you mean .+\?$/, ''), { nodes: error.nodes ?? null });

const withoutHintsIn =
  (coerce: CoerceVariables): CoerceVariables =>
  (given) => {
    const coerced = coerce(given);
    return 'errors' in coerced ? { errors: coerced.errors.map(withoutHints) } : coerced;
  };

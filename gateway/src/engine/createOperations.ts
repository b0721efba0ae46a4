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
import { setImmediate } from 'node:timers/promises';
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
  /** What is asked for most, the most frequent first, for the `warm` of another engine. */
  inUse: (most: number) => readonly OperationInUse[];
  /**
   * Plans and compiles what will be asked for, before it is. Requests are answered meanwhile.
   *
   * @returns what does not hold here, and why
   */
  warm: (operations: readonly OperationInUse[]) => Promise<readonly NotWarmed[]>;
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

export type OperationInUse = Readonly<{
  query: string;
  operationName: string | undefined;
  /** What the document calls it. */
  name: string | null;
  /** The values that its conditions had. */
  conditions: readonly Variables[];
  requests: number;
}>;

export type NotWarmed = Readonly<{ operation: OperationInUse; reason: unknown }>;

const limits = { entries: 2_000, characters: 20_000_000 };
const variantLimits = { entries: 256, characters: 100_000 };

/** A valid document; its operations are kept by the name that the request gave, '' for none. */
type Known = Readonly<{ document: DocumentNode; operations: Map<string, Counted> }>;
type Counted = { readonly prepared: PreparedOperation; readonly variants: Variants; requests: number };

/** Remembers operations by the text of their document and the operation's name. */
export const createOperations = (options: OperationsOptions): Operations => {
  const known = createLru<Known>(limits);
  const rules = [
    ...specifiedRules,
    deferLabelRule,
    ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  let ids = 0;

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

  const find = (query: string, operationName: string | undefined): Counted | readonly GraphQLError[] => {
    let entry = known.get(query);
    const there = entry?.operations.get(operationName ?? '');
    if (there !== undefined) return there;
    if (entry === undefined) {
      const document = read(query);
      if (!('kind' in document)) return document;
      entry = { document, operations: new Map() };
    }
    const { document, operations } = entry;
    const operation = chosen(document, operationName);
    if (operation instanceof GraphQLError) return [operation];
    const variants = createVariants(options, document, operation);
    const coerce = compileVariables(options.schema, operation);
    const made = {
      prepared: {
        id: (ids += 1),
        operation,
        coerce: options.introspection ? coerce : withoutHintsIn(coerce),
        cost: options.compileCost(document, operation),
        access: options.compileAccess?.(document, operation) ?? null,
        defers: hasDefer(document),
        caching: options.cache?.caching(operationKey(query, operationName), document, operation) ?? null,
        compiled: variants.compiled,
      },
      variants,
      requests: 0,
    };
    operations.set(operationName ?? '', made);
    known.set(query, entry);
    return made;
  };

  return {
    prepare: (query, operationName) => {
      const found = find(query, operationName);
      if (!('prepared' in found)) return { errors: found };
      found.requests += 1;
      return found.prepared;
    },

    inUse: (most) =>
      known
        .entries()
        .flatMap(([query, { operations }]) =>
          [...operations].map(([name, { prepared, variants, requests }]) => ({
            query,
            operationName: name === '' ? undefined : name,
            name: prepared.operation.name?.value ?? null,
            conditions: variants.conditions(),
            requests,
          })),
        )
        .toSorted((one, other) => other.requests - one.requests)
        .slice(0, most),

    warm: async (operations) => {
      const refused: NotWarmed[] = [];
      for (const operation of operations) {
        // Each takes some milliseconds, in which nobody is answered.
        await setImmediate();
        try {
          const found = find(operation.query, operation.operationName);
          if (!('prepared' in found)) {
            refused.push({ operation, reason: found[0] });
            continue;
          }
          // What was asked for long ago counts less than what is asked for now.
          found.requests += Math.floor(operation.requests / 2);
          for (const values of operation.conditions) await found.variants.warm(values);
        } catch (reason) {
          refused.push({ operation, reason });
        }
      }
      return refused;
    },
  };
};

/** No other operation has it: a name has no line break. */
const operationKey = (query: string, operationName: string | undefined): string =>
  operationName === undefined ? query : `${operationName}\n${query}`;

type Variants = Readonly<{
  compiled: PreparedOperation['compiled'];
  /** The values of conditions that there are variants for. */
  conditions: () => readonly Variables[];
  /** Compiles what those get who may see all of it. */
  warm: (values: Variables) => Promise<void>;
}>;

/**
 * One for each combination of what `@skip`, `@include`, progressive `@override` and the viewer's rights depend on; each
 * compiled once.
 */
const createVariants = (
  { random = Math.random, ...compiler }: OperationsOptions,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Variants => {
  const names = conditionVariables(document);
  const { overridePercentages } = compiler.planner;
  const variants = createLru<CompiledOperation | Promise<CompiledOperation>>(variantLimits);
  const seen = createLru<true>(variantLimits);

  const variant = (
    variables: Variables,
    access: Access | null,
    draw: number,
    deferring: boolean,
  ): CompiledOperation | Promise<CompiledOperation> => {
    let conditions = '';
    for (const name of names) conditions += variables[name] === true ? '1' : '0';
    let key = `${deferring ? 'deferring ' : ''}${access === null ? '' : `${access.key} `}${conditions}`;
    if (overridePercentages.length > 0) {
      key += ` ${overridePercentages.filter((percentage) => percentage > draw).length}`;
    }
    const there = variants.get(key);
    if (there !== undefined) return there;
    seen.set(conditions, true);
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

  return {
    compiled: (variables, access, deferring = false) =>
      variant(variables, access, overridePercentages.length > 0 ? random() * 100 : 0, deferring),
    conditions: () =>
      seen.entries().map(([digits]) => Object.fromEntries(names.map((name, index) => [name, digits[index] === '1']))),
    warm: async (values) => {
      // One draw for every interval between percentages.
      for (const draw of new Set([0, ...overridePercentages])) await variant(values, null, draw, false);
    },
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

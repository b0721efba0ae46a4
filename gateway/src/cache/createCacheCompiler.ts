import { createHash } from 'node:crypto';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { TypeNames } from '../engine/compile/typeNames.ts';
import type { Keys } from '../engine/compile/createKeys.ts';
import type { Specialised } from '../engine/compile/specialise.ts';
import { compileKeeping, type FetchNode } from './entities/compileKeeping.ts';
import type { Keeping } from './entities/keeping.ts';
import { compilePolicy, type CachePolicy } from './hints/compilePolicy.ts';
import { findHintProblems } from './hints/findHintProblems.ts';
import { readCacheSchema, type CacheSchema } from './hints/readCacheSchema.ts';
import type { Caching } from './response/cacheKey.ts';
import { compileReadTags, compileWriteTags, type FindTags } from './tags/compileTags.ts';
import { createKeySelections, type KeySelections } from './tags/keySelections.ts';

/** What the cache has to say while the engine compiles operations of one supergraph. */
export type CacheCompiler = Readonly<{
  caching: (text: string, document: DocumentNode, operation: OperationDefinitionNode) => Caching;
  /** What may be kept of the answers to a query's requests. */
  keeping: (types: TypeNames) => (node: FetchNode) => Keeping | null;
  /** What has to be asked for besides, so that entities can be named; undefined when it does not matter. */
  besides: (document: DocumentNode, operation: OperationDefinitionNode) => KeySelections | undefined;
  tags: (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    specialised: Specialised,
    keys: Keys,
  ) => FindTags | null;
}>;

/**
 * @param viewersAreKnown whether there is a viewer to put into the key of what is PRIVATE
 * @returns null when no hint of the supergraph lets anything be kept
 * @throws Error with every hint under which one viewer could be served what is another's
 */
export const createCacheCompiler = (
  supergraph: DocumentNode,
  supergraphSdl: string,
  api: GraphQLSchema,
  viewersAreKnown: boolean,
): CacheCompiler | null => {
  const schema = readCacheSchema(supergraph);
  if (!hasHints(schema)) return null;
  const problems = findHintProblems(schema, viewersAreKnown);
  if (problems.length > 0) throw new Error(`Hints would let viewers see what is not theirs:\n${problems.join('\n')}`);

  const version = createHash('sha256').update(supergraphSdl).digest('base64url');
  const keySelections = createKeySelections(schema, api);
  // Of an answer that is not kept, parts may be: those with an age of their own.
  const keySelectionsOfKept = createKeySelections(schema, api, ({ hint }) => (hint?.maxAge ?? 0) > 0);
  const policies = new WeakMap<OperationDefinitionNode, CachePolicy>();
  const policyOf = (document: DocumentNode, operation: OperationDefinitionNode): CachePolicy => {
    const policy = policies.get(operation) ?? compilePolicy(schema, document, operation);
    policies.set(operation, policy);
    return policy;
  };
  const isMutation = ({ operation }: OperationDefinitionNode): boolean => operation === OperationTypeNode.MUTATION;

  return {
    caching: (text, document, operation) => ({
      policy: policyOf(document, operation),
      hash: createHash('sha256').update(version).update(text).digest('base64url'),
    }),
    keeping: (types) => (node) => compileKeeping(schema, types, version, node),
    besides: (document, operation) =>
      isMutation(operation) || policyOf(document, operation).maxAge > 0 ? keySelections : keySelectionsOfKept,
    tags: (document, operation, specialised, keys) => {
      if (isMutation(operation)) return compileWriteTags(schema, specialised, keys);
      return policyOf(document, operation).maxAge > 0 ? compileReadTags(schema, specialised, keys) : null;
    },
  };
};

const hasHints = ({ types }: CacheSchema): boolean =>
  [...types.values()].some(
    ({ hint, fields }) => hint !== null || [...fields.values()].some((field) => field.hint !== null),
  );

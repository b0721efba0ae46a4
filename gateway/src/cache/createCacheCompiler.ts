import { createHash } from 'node:crypto';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Keys } from '../engine/compile/createKeys.ts';
import type { Specialised } from '../engine/compile/specialise.ts';
import { compilePolicy, type CachePolicy } from './hints/compilePolicy.ts';
import { findHintProblems } from './hints/findHintProblems.ts';
import { readCacheSchema, type CacheSchema } from './hints/readCacheSchema.ts';
import type { Caching } from './response/cacheKey.ts';
import { compileReadTags, compileWriteTags, type FindTags } from './tags/compileTags.ts';
import { createKeySelections, type KeySelections } from './tags/keySelections.ts';

/** What the cache has to say while the engine compiles operations of one supergraph. */
export type CacheCompiler = Readonly<{
  caching: (text: string, document: DocumentNode, operation: OperationDefinitionNode) => Caching;
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
    besides: (document, operation) =>
      isMutation(operation) || policyOf(document, operation).maxAge > 0 ? keySelections : undefined,
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

import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { enforcedFeatures } from './authorization/rules.ts';

/** With the versions that are known: a later one could demand what is not enforced. */
const supportedFeatures = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/context/v0.1',
  ...enforcedFeatures.map((feature) => `https://specs.apollo.dev/${feature}/v0.1`),
]);

/**
 * Loads a supergraph for the engine that enforces `@authenticated`, `@requiresScopes` and `@policy`, and plans `@context`.
 *
 * @throws for an SDL that is no supergraph, and for one that is linked, for security or for execution, with a
 * specification that nothing here knows
 */
export const buildSupergraph = (supergraphSdl: string): Supergraph =>
  Supergraph.build(supergraphSdl, { supportedFeatures });

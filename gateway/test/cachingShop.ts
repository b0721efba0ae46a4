import { expect } from '@jest/globals';
import { eventually, testBackingServices, testNamespace } from '@supergraph/testing';
import { upstreamConfig } from '../src/engine/upstream/upstreamConfig.ts';
import { startCachedShop, type CachedShop } from './cachedShop.ts';
import { composed, startTestGateway, type TestConfig, type TestGateway } from './startTestGateway.ts';
import { createTestTokens, type TestTokens } from './testTokens.ts';

/** The shop, and gateways that keep its answers and know who asks. */
export type CachingShop = CachedShop &
  Readonly<{
    tokens: TestTokens;
    /** Starts a gateway, in a namespace of its own unless one is given. */
    start: (config?: TestConfig) => Promise<TestGateway>;
    /** The same, and waits until it follows the tags: before, it keeps nothing. */
    startCaching: (config?: TestConfig) => Promise<TestGateway>;
  }>;

/** @param label of namespaces */
export const startCachingShop = async (label: string): Promise<CachingShop> => {
  const [shop, tokens] = await Promise.all([startCachedShop(), createTestTokens()]);
  const sdl = composed(shop.subgraphs);
  const start: CachingShop['start'] = (config = {}) =>
    startTestGateway(sdl, {
      engine: 'compiled',
      ...tokens.config,
      redisUrl: testBackingServices().redisUrl,
      namespace: testNamespace(label),
      // A fetch that a test holds back would be sent a second time.
      upstream: upstreamConfig.parse({ circuitBreaker: { enabled: false }, hedge: { enabled: false } }),
      ...config,
    });
  const startCaching: CachingShop['startCaching'] = async (config) => {
    const gateway = await start(config);
    await eventually(async () => {
      const { headers } = await gateway.post({ query: '{ products(maxPrice: 0) { id } }' });
      expect(headers.get('age')).not.toBeNull();
    });
    return gateway;
  };
  return { ...shop, tokens, start, startCaching };
};

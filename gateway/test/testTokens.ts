import { generateKeyPairSync } from 'node:crypto';
import type { GatewayConfig } from '../src/config.ts';
import { createTokens } from './createTokens.ts';

export type TestTokens = Readonly<{
  /** What a gateway has to be started with, so that it knows the tokens and tells subgraphs who asks. */
  config: Pick<GatewayConfig, 'authentication' | 'viewerPrivateKey'>;
  /** The headers of a person with these roles and, if given, scopes. */
  of: (id: string, roles?: readonly string[], scope?: string) => Promise<Record<string, string>>;
}>;

/** Access tokens of an issuer that exists for one test, for a graph that asks who its viewers are. */
export const createTestTokens = async (): Promise<TestTokens> => {
  const { authentication, headersOf } = await createTokens();
  const viewer = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    config: { authentication, viewerPrivateKey: viewer },
    of: (id, roles = ['customer'], scope) => headersOf(id, { roles, ...(scope !== undefined && { scope }) }),
  };
};

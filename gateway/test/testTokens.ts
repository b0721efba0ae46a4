import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayConfig } from '../src/config.ts';

export type TestTokens = Readonly<{
  /** What a gateway has to be started with, so that it knows the tokens and tells subgraphs who asks. */
  config: Pick<GatewayConfig, 'authentication' | 'viewerPrivateKey'>;
  /** The headers of a person with these roles and, if given, scopes. */
  of: (id: string, roles?: readonly string[], scope?: string) => Promise<Record<string, string>>;
}>;

/** Access tokens of an issuer that exists for one test. */
export const createTestTokens = async (): Promise<TestTokens> => {
  const authentication = { issuer: 'https://issuer.example', audience: 'shop', jwks: '' };
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  authentication.jwks = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'jwks.json');
  const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  writeFileSync(authentication.jwks, JSON.stringify({ keys: [key] }));
  const viewer = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    config: { authentication, viewerPrivateKey: viewer },
    of: async (id, roles = ['customer'], scope) => {
      const claims = { roles, ...(scope !== undefined && { scope }) };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setSubject(id)
        .setIssuer(authentication.issuer)
        .setAudience(authentication.audience)
        .setExpirationTime('5m')
        .sign(privateKey);
      return { authorization: `Bearer ${token}` };
    },
  };
};

import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authentication } from '../src/config.ts';

/** An issuer of access tokens: what the gateway is configured with, and the header of somebody who is signed in. */
export const createTokens = async (): Promise<{
  authentication: Authentication;
  headersOf: (
    subject: string,
    claims?: Record<string, unknown>,
    expiresIn?: string,
  ) => Promise<{ authorization: string }>;
}> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] }));
  const authentication = { jwks, issuer: 'https://issuer.example', audience: 'supergraph' };
  return {
    authentication,
    headersOf: async (subject, claims = {}, expiresIn = '5m') => {
      const token = await new SignJWT({ sub: subject, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(authentication.issuer)
        .setAudience(authentication.audience)
        .setExpirationTime(expiresIn)
        .sign(privateKey);
      return { authorization: `Bearer ${token}` };
    },
  };
};

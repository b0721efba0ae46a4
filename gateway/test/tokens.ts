import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authentication } from '../src/config.ts';

/** An issuer of access tokens, and how a gateway is told of it. */
export type Issuer = Readonly<{
  authentication: Authentication;
  /** An `Authorization` header for somebody with these claims. */
  bearer: (claims: JWTPayload) => Promise<string>;
}>;

export const startIssuer = async (): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwks = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256', kid: 'k1' }] }));
  const [issuer, audience] = ['https://issuer.example.com', 'tests'];
  return {
    authentication: { jwks, issuer, audience },
    bearer: async (claims) => {
      const token = new SignJWT({ sub: 'u1', iss: issuer, aud: audience, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setExpirationTime('5m');
      return `Bearer ${await token.sign(privateKey)}`;
    },
  };
};

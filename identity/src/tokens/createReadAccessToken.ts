import { grantClaim } from '@supergraph/auth';
import { createLocalJWKSet, errors, jwtVerify, type JWK } from 'jose';
import { z } from 'zod';

const claims = z.looseObject({
  sub: z.string(),
  client_id: z.string(),
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  scope: z.string().optional(),
  [grantClaim]: z.string().optional(),
});

/** What one of our own access tokens says. */
export type AccessTokenClaims = z.infer<typeof claims>;

/** @returns the claims of a token that we signed and that has not expired, or null for any other text. */
export type ReadAccessToken = (token: string) => Promise<AccessTokenClaims | null>;

/** Verifies our own access tokens, for those who hand them back to us (RFC 7009, RFC 7662, userinfo). */
export const createReadAccessToken = ({
  keys,
  issuer,
  audience,
}: Readonly<{ keys: readonly JWK[]; issuer: string; audience: string }>): ReadAccessToken => {
  const publicKeys = createLocalJWKSet({
    keys: keys.map(({ kty, n, e, kid, alg, use }) => ({ kty, n, e, kid, alg, use }) as JWK),
  });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, publicKeys, {
        issuer,
        audience,
        algorithms: ['RS256'],
        typ: 'at+jwt',
      });
      return claims.parse(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) return null;
      throw error;
    }
  };
};

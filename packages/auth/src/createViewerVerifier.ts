import { createPublicKey } from 'node:crypto';
import { DomainError } from '@supergraph/errors';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { createBoundedMap } from './boundedMap.ts';
import { principalSchema } from './principal.ts';
import type { Principal } from './principal.ts';
import { longestViewerLife, viewerClaim, viewerIssuer } from './viewer.ts';

export type ViewerVerifier = Readonly<{
  /**
   * Who is asking, as the gateway says.
   *
   * @throws DomainError VIEWER_REQUIRED without a token, VIEWER_INVALID for one that does not hold here and now
   */
  verify: (token: string | undefined) => Promise<Principal>;
}>;

export type ViewerVerifierOptions = Readonly<{
  /** Ed25519, SPKI PEM. */
  publicKey: string;
  /** The name of this subgraph: a viewer made for another one is refused. */
  subgraph: string;
  issuer?: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How many verified viewers are kept until they expire. */
  remembered?: number;
}>;

const claims = z.object({ iat: z.int(), exp: z.int(), [viewerClaim]: principalSchema });

/** The other end of {@link createViewerSigner}: signature, issuer, audience, expiry and length of life. */
export const createViewerVerifier = ({
  publicKey,
  subgraph,
  issuer = viewerIssuer,
  now = Date.now,
  remembered = 10_000,
}: ViewerVerifierOptions): ViewerVerifier => {
  const key = createPublicKey(publicKey);
  const verified = createBoundedMap<string, { principal: Principal; expiresAt: number }>(remembered);

  const check = async (token: string): Promise<{ principal: Principal; expiresAt: number }> => {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['EdDSA'],
      issuer,
      audience: subgraph,
      requiredClaims: ['iat', 'exp'],
      currentDate: new Date(now()),
    });
    const { iat, exp, viewer } = claims.parse(payload);
    if (exp - iat > longestViewerLife) throw new Error(`The viewer lives ${exp - iat} s.`);
    return { principal: viewer, expiresAt: exp * 1000 };
  };

  return {
    verify: async (token) => {
      if (token === undefined || token === '') {
        throw new DomainError('VIEWER_REQUIRED', 'A subgraph answers the gateway only.');
      }
      const known = verified.get(token);
      if (known !== undefined && now() < known.expiresAt) return known.principal;
      try {
        const fresh = await check(token);
        verified.set(token, fresh);
        return fresh.principal;
      } catch (cause) {
        verified.delete(token);
        throw new DomainError('VIEWER_INVALID', 'The signed viewer does not hold.', {}, { cause });
      }
    },
  };
};

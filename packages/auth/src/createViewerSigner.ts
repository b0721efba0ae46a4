import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { createBoundedMap } from './boundedMap.ts';
import type { Principal } from './principal.ts';
import { canonicalPrincipal, longestViewerLife, viewerClaim, viewerIssuer } from './viewer.ts';

export type ViewerSigner = Readonly<{
  /** A compact JWS that tells `subgraph`, and nobody else, who is asking. */
  sign: (principal: Principal, subgraph: string) => Promise<string>;
}>;

export type ViewerSignerOptions = Readonly<{
  /** Ed25519, PKCS #8 PEM. */
  privateKey: string;
  issuer?: string;
  /** Seconds, at most 60. */
  lifeSeconds?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How many signed viewers are kept for reuse. */
  remembered?: number;
}>;

/**
 * Signs viewers with EdDSA (RFC 8037). A signature costs more than the rest of a small request, so a viewer is
 * reused for half its life; the other half is for clocks that differ and for requests that wait.
 */
export const createViewerSigner = ({
  privateKey,
  issuer = viewerIssuer,
  lifeSeconds = longestViewerLife,
  now = Date.now,
  remembered = 10_000,
}: ViewerSignerOptions): ViewerSigner => {
  if (lifeSeconds > longestViewerLife) throw new RangeError(`A viewer lives at most ${longestViewerLife} s.`);
  const key = createPrivateKey(privateKey);
  const signed = createBoundedMap<string, { token: Promise<string>; reuseUntil: number }>(remembered);

  const make = (principal: Principal, subgraph: string, issuedAt: number): Promise<string> =>
    new SignJWT({ [viewerClaim]: principal })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(subgraph)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifeSeconds)
      .sign(key);

  return {
    sign: (principal, subgraph) => {
      const name = `${subgraph} ${canonicalPrincipal(principal)}`;
      const known = signed.get(name);
      if (known !== undefined && now() < known.reuseUntil) return known.token;
      const token = make(principal, subgraph, Math.floor(now() / 1000));
      signed.set(name, { token, reuseUntil: now() + (lifeSeconds * 1000) / 2 });
      // A failed signature must not be handed out again.
      token.catch(() => signed.delete(name));
      return token;
    },
  };
};

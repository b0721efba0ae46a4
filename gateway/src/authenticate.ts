import { anonymous, grantClaim, roles, type Principal, type TokenReference } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose';
import { z } from 'zod';
import type { Authentication } from './config.ts';
import { createLru } from './engine/createLru.ts';
import type { PromiseOrValue } from './engine/promiseOrValue.ts';
import type { RevocationFeed } from './identity/createRevocationFeed.ts';
import { createKeys } from './keys.ts';

/** Who sent a token, and when it ends (seconds since 1970); `null` without a token. */
export type Authenticated = Readonly<{
  principal: Principal;
  expiresAt: number | null;
  /**
   * Calls back when the token may have ended before that, so that it is looked at again; what lives longer than a
   * request asks for it. Not there without a token. @returns how to stop it
   */
  watch?: (onEnd: () => void) => () => void;
}>;

/**
 * Turns an `Authorization` header, or what a WebSocket's `connection_init` has in its place, into a principal: at once
 * when that is known.
 *
 * @throws at once or by its promise: DomainError TOKEN_INVALID, TOKEN_EXPIRED (also when its user or its program may do less now), TOKEN_REVOKED, or IDENTITY_UNAVAILABLE when the keys cannot be had
 */
export type Authenticate = (authorization: string | undefined) => PromiseOrValue<Authenticated>;

const nothingRevoked: RevocationFeed = { endOf: () => null, watch: () => () => {} };

const nobody: Authenticated = { principal: anonymous, expiresAt: null };

/** A role we do not know grants nothing, and does not make the token bad: the issuer may be newer than we are. */
const knownRoles = z.array(z.string()).transform((given) => roles.filter((role) => given.includes(role)));

const claims = z.object({
  sub: z.string().min(1),
  exp: z.number(),
  iat: z.number().optional(),
  roles: knownRoles.default([]),
  scope: z.string().optional(),
  client_id: z.string().optional(),
  acr: z.string().optional(),
  amr: z.array(z.string()).optional(),
  auth_time: z.int().optional(),
  quota_tier: z.string().optional(),
  jti: z.string().optional(),
  [grantClaim]: z.string().optional(),
});

/** A token that was verified, with what it can be revoked by. */
type Verified = Readonly<{ authenticated: Authenticated; reference: TokenReference; expiresAtMs: number }>;

export type AuthenticateParts = Readonly<{
  keys?: JWTVerifyGetKey;
  revocations?: RevocationFeed;
  /** Milliseconds since 1970. */
  now?: () => number;
}>;

/** How far the issuer's clock may differ from ours, in seconds. */
const clockTolerance = 5;

/** Verified tokens that are kept, at most; a client sends the same one many times. */
const remembered = { entries: 10_000, characters: 20_000_000 };

/**
 * Verifies access tokens, each one once: afterwards the header is known, until the token expires or is revoked.
 * Without a configuration nobody's token is looked at and everybody is anonymous.
 */
export const createAuthenticate = (
  config: Authentication | null,
  { keys, revocations = nothingRevoked, now = Date.now }: AuthenticateParts = {},
): Authenticate => {
  if (config === null) return () => nobody;
  const keysOf = keys ?? createKeys(config.jwks);
  const known = createLru<Verified>(remembered);

  const firstTime = async (authorization: string): Promise<Verified> => {
    // RFC 6750, section 2.1; the scheme's name is not case-sensitive (RFC 9110, section 11.1).
    const token = /^bearer +([\w.~+/=-]+)$/i.exec(authorization.trim())?.[1];
    if (token === undefined) throw new DomainError('TOKEN_INVALID', 'The Authorization header is not a bearer token.');
    const { payload, protectedHeader } = await verify(token, keysOf, config, now());
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new DomainError('TOKEN_INVALID', 'The access token lacks a claim or has a wrong one.');
    const { exp, iat, jti, [grantClaim]: grantId } = parsed.data;
    if (iat !== undefined && iat * 1000 > now() + clockTolerance * 1000)
      throw new DomainError('TOKEN_INVALID', 'The access token was issued in the future.');
    const reference = {
      jti: jti ?? null,
      grantId: grantId ?? null,
      kid: protectedHeader.kid ?? null,
      accountId: parsed.data.sub,
      clientId: parsed.data.client_id ?? null,
      issuedAt: iat ?? null,
    };
    const watch = (onEnd: () => void) => revocations.watch(reference, onEnd);
    return {
      authenticated: { principal: principalOf(parsed.data), expiresAt: exp, watch },
      reference,
      expiresAtMs: (exp + clockTolerance) * 1000,
    };
  };

  /** Whether a token that was good still is. */
  const check = (authorization: string, { expiresAtMs, reference, authenticated }: Verified): Authenticated => {
    if (now() >= expiresAtMs) {
      known.delete(authorization);
      throw expired();
    }
    const end = revocations.endOf(reference);
    if (end === null) return authenticated;
    known.delete(authorization);
    throw end === 'revoked'
      ? new DomainError('TOKEN_REVOKED', 'The access token was revoked.')
      : new DomainError('TOKEN_EXPIRED', 'The rights behind this access token have changed; get another one.');
  };

  return (authorization) => {
    if (authorization === undefined) return nobody;
    const verified = known.get(authorization);
    if (verified !== undefined) return check(authorization, verified);
    return firstTime(authorization).then((fresh) => {
      known.set(authorization, fresh);
      return check(authorization, fresh);
    });
  };
};

const expired = (): DomainError => new DomainError('TOKEN_EXPIRED', 'The access token has expired.');

const verify = async (
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience }: Authentication,
  now: number,
): Promise<Pick<JWTVerifyResult, 'payload' | 'protectedHeader'>> => {
  try {
    return await jwtVerify(token, keys, {
      issuer,
      audience,
      // One algorithm, or a token could choose a weaker one (RFC 8725, section 3.1).
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance,
      currentDate: new Date(now),
    });
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired();
    // jose names everything that is wrong with a token or its key; anything else is trouble with getting the keys.
    if (error instanceof errors.JOSEError && !isKeyTrouble(error)) {
      throw new DomainError('TOKEN_INVALID', 'The access token is not valid.', {}, { cause: error });
    }
    throw new DomainError(
      'IDENTITY_UNAVAILABLE',
      'Access tokens cannot be verified at the moment.',
      {},
      { cause: error },
    );
  }
};

/** The issuer's key endpoint was too slow or did not answer with keys: jose has no class for a bad HTTP status. */
const isKeyTrouble = (error: errors.JOSEError): boolean =>
  error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC';

const principalOf = ({
  sub,
  roles: granted,
  scope,
  client_id,
  acr,
  amr,
  auth_time,
  quota_tier,
}: z.infer<typeof claims>): Principal => {
  const scopes = scope?.split(' ').filter((word) => word !== '');
  // A program that acts for itself is its own subject (RFC 9068, section 2.2); it has no rights but its scopes.
  if (client_id !== undefined && client_id === sub)
    return {
      kind: 'client',
      id: client_id,
      scopes: scopes ?? [],
      ...(quota_tier !== undefined && { quotaTier: quota_tier }),
    };
  return {
    kind: 'user',
    id: sub,
    roles: granted,
    scopes: scopes ?? null,
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
    ...(auth_time !== undefined && { authTime: auth_time }),
  };
};

/**
 * What identity and gateways agree on about tokens that ended before their time: a sorted set in Redis, each member
 * with the time (milliseconds since 1970) at which its last token has expired anyway, and a channel that tells of each
 * new one as `<milliseconds> <member>`. Both names are prefixed with the namespace of the installation.
 */
export const revocationList = { key: 'identity:revoked', channel: 'identity:revocations' } as const;

/** The claim of an access token that names the grant it comes from; all tokens of a sign-in have the same. */
export const grantClaim = 'grant_id';

/** Members of the list: one token by `jti`, every token of a grant, every token of a signing key. */
export const revoked = {
  token: (jti: string): string => `jti:${jti}`,
  grant: (id: string): string => `grant:${id}`,
  key: (kid: string): string => `key:${kid}`,
} as const;

/** How a person signed in, as `acr` says it (OpenID Connect Core, section 2). */
export const acr = {
  password: 'urn:commerce-supergraph:acr:pwd',
  /** Two factors, or a passkey with user verification. */
  mfa: 'urn:commerce-supergraph:acr:mfa',
} as const;

/**
 * What identity and gateways agree on about tokens that ended before their time: a sorted set in Redis, each member
 * with the time (milliseconds since 1970) at which its last token has expired anyway, and a channel that tells of each
 * new one as `<milliseconds> <member>`. Both names are prefixed with the namespace of the installation.
 */
export const revocationList = { key: 'identity:revoked', channel: 'identity:revocations' } as const;

/** The claim of an access token that names the grant it comes from; all tokens of a sign-in have the same. */
export const grantClaim = 'grant_id';

/** Members of the list. */
export const revoked = {
  /** One token, by `jti`. */
  token: (jti: string): string => `jti:${jti}`,
  /** Every token of a grant. */
  grant: (id: string): string => `grant:${id}`,
  /** Every token of a signing key. */
  key: (kid: string): string => `key:${kid}`,
  /** Every token of an account that was issued until then (seconds since 1970): its roles are fewer now. */
  rights: (accountId: string, issuedUntil: number): string => `rights:${accountId}:${issuedUntil}`,
  /** Every token of a program, whoever it acted for, that was issued until then (seconds since 1970): it was disabled. */
  client: (id: string, issuedUntil: number): string => `client:${id}:${issuedUntil}`,
  /** The same for a program that may do less now. */
  clientRights: (id: string, issuedUntil: number): string => `client-rights:${id}:${issuedUntil}`,
} as const;

/** What a member names that ends whatever was issued until a time, and that time; null for any other member. */
const readMoment = (member: string): Readonly<{ name: string; issuedUntil: number }> | null => {
  const [, name, issuedUntil] = /^((?:rights|client|client-rights):.+):(\d+)$/.exec(member) ?? [];
  return name === undefined ? null : { name, issuedUntil: Number(issuedUntil) };
};

/** What a member names, without its time if it has one. */
export const revokedName = (member: string): string => readMoment(member)?.name ?? member;

/** A member of the list, and until when it has to be known (milliseconds since 1970). */
export type Revocation = Readonly<{ member: string; until: number }>;

/** What is published of a revocation. */
export const revocationMessage = ({ member, until }: Revocation): string => `${until} ${member}`;

/** Reads what was published; null for anything else. */
export const readRevocationMessage = (message: string): Revocation | null => {
  const [, until, member] = /^(\d+) (.+)$/.exec(message) ?? [];
  return until === undefined || member === undefined ? null : { member, until: Number(until) };
};

/** What of a token a revocation can name; null where the issuer does not say. `issuedAt` in seconds since 1970. */
export type TokenReference = Readonly<{
  jti: string | null;
  grantId: string | null;
  kid: string | null;
  accountId: string | null;
  clientId: string | null;
  issuedAt: number | null;
}>;

/** What may be revoked of a token, as `revokedName` has it. */
export const revocableNames = ({ jti, grantId, kid, accountId, clientId }: TokenReference): readonly string[] => [
  ...(jti === null ? [] : [revoked.token(jti)]),
  ...(grantId === null ? [] : [revoked.grant(grantId)]),
  ...(kid === null ? [] : [revoked.key(kid)]),
  ...(accountId === null ? [] : [`rights:${accountId}`]),
  ...(clientId === null ? [] : [`client:${clientId}`, `client-rights:${clientId}`]),
];

/** Why a token has ended: it was revoked, or its rights are not what they were, so that another one is to be had. */
export type TokenEnd = 'revoked' | 'rights changed';

/** The revocations that somebody knows of. */
export type RevocationSet = Readonly<{
  add: (revocation: Revocation) => void;
  /** Looks at memory only, since every request asks. */
  endOf: (token: TokenReference) => TokenEnd | null;
  /** Forgets what has expired anyway. */
  prune: () => void;
}>;

/** Keeps revocations in memory, and says which tokens they end. */
export const createRevocationSet = (now: () => number = Date.now): RevocationSet => {
  const members = new Map<string, number>();
  /** By what they name: the latest of them says it all. */
  const moments = new Map<string, Readonly<{ issuedUntil: number; until: number }>>();

  const isMember = (member: string): boolean => members.has(member);
  const isFromBefore = (name: string, issuedAt: number | null): boolean => {
    const moment = moments.get(name);
    // Without a time of issue it may be from before.
    return moment !== undefined && (issuedAt ?? 0) <= moment.issuedUntil;
  };

  return {
    add: ({ member, until }) => {
      const moment = readMoment(member);
      if (moment === null) members.set(member, until);
      else if ((moments.get(moment.name)?.issuedUntil ?? -1) < moment.issuedUntil)
        moments.set(moment.name, { issuedUntil: moment.issuedUntil, until });
    },
    endOf: ({ jti, grantId, kid, accountId, clientId, issuedAt }) => {
      if (
        members.size > 0 &&
        ((jti !== null && isMember(revoked.token(jti))) ||
          (grantId !== null && isMember(revoked.grant(grantId))) ||
          (kid !== null && isMember(revoked.key(kid))))
      )
        return 'revoked';
      if (moments.size === 0) return null;
      if (clientId !== null && isFromBefore(`client:${clientId}`, issuedAt)) return 'revoked';
      const hasLess =
        (accountId !== null && isFromBefore(`rights:${accountId}`, issuedAt)) ||
        (clientId !== null && isFromBefore(`client-rights:${clientId}`, issuedAt));
      return hasLess ? 'rights changed' : null;
    },
    prune: () => {
      for (const [member, until] of members) if (until <= now()) members.delete(member);
      for (const [name, { until }] of moments) if (until <= now()) moments.delete(name);
    },
  };
};

/** How a person signed in, as `acr` says it (OpenID Connect Core, section 2). */
export const acr = {
  password: 'urn:commerce-supergraph:acr:pwd',
  /** Two factors, or a passkey with user verification. */
  mfa: 'urn:commerce-supergraph:acr:mfa',
} as const;

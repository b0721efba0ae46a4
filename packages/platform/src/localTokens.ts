import { createPrivateKey, sign } from 'node:crypto';
import type { DemoAccount } from '@supergraph/events';
import type { LocalKeys } from './keys.ts';

export type TokenOptions = Readonly<{
  keys: Pick<LocalKeys, 'tokenPrivateKey' | 'tokenKeyId'>;
  issuer: string;
  audience: string;
  account: Pick<DemoAccount, 'id' | 'role'>;
  /** Seconds since 1970. */
  now: number;
  lifeSeconds?: number;
}>;

/**
 * An access token for a demo account (RS256, RFC 7519) as the identity service issues them, for tests that need none: a
 * gateway takes whatever its JWKS verifies. A running platform (npm start) has the keys of identity only.
 */
export const localToken = ({ keys, issuer, audience, account, now, lifeSeconds = 12 * 3600 }: TokenOptions): string => {
  const header = { alg: 'RS256', typ: 'at+jwt', kid: keys.tokenKeyId };
  const claims = {
    iss: issuer,
    aud: audience,
    sub: account.id,
    roles: [account.role],
    iat: now,
    exp: now + lifeSeconds,
    auth_time: now,
    acr: 'urn:commerce-supergraph:acr:pwd',
    amr: ['pwd'],
  };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(signed), createPrivateKey(keys.tokenPrivateKey));
  return `${signed}.${signature.toString('base64url')}`;
};

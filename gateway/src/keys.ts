import { statSync, readFileSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/**
 * The public keys tokens are verified with (RFC 7517), from a URL or a file.
 * - URL: fetched when first needed and again for an unknown `kid`, at most every 30 s, so that bad tokens cannot
 *   make us hammer the issuer.
 * - file: read again when it changes, looked at no more than once a second.
 */
export const createKeys = (source: string, now: () => number = Date.now): JWTVerifyGetKey =>
  /^https?:\/\//.test(source)
    ? createRemoteJWKSet(new URL(source), { cooldownDuration: 30_000, cacheMaxAge: 600_000, timeoutDuration: 5_000 })
    : createFileKeys(source, now);

const createFileKeys = (file: string, now: () => number): JWTVerifyGetKey => {
  let version = '';
  let keys: JWTVerifyGetKey | undefined;
  let lookAgainAt = 0;

  const current = (): JWTVerifyGetKey => {
    if (keys !== undefined && now() < lookAgainAt) return keys;
    const { mtimeMs, size, ino } = statSync(file);
    const found = `${mtimeMs} ${size} ${ino}`;
    if (keys === undefined || found !== version) {
      keys = createLocalJWKSet(jwks.parse(JSON.parse(readFileSync(file, 'utf8'))));
      version = found;
    }
    lookAgainAt = now() + 1_000;
    return keys;
  };

  return async (header, token) => current()(header, token);
};

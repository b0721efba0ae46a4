import { statSync, readFileSync } from 'node:fs';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** How old a key set from a URL may be before it is fetched again, in the background. */
const freshMs = 300_000;
/** After a fetch that failed, this long none in the background. */
const cooldownMs = 30_000;
/**
 * Fetches because of a `kid` that nobody knows: so many at once, and one more each time so long has passed. A replica of
 * the issuer may not publish a new key yet when its first token comes, so one is not enough; and bad tokens cannot hammer it.
 */
const lookUps = { atOnce: 10, everyMs: 6_000 };
const timeoutMs = 5_000;

/**
 * The public keys tokens are verified with (RFC 7517), from a URL or a file.
 * - URL: fetched when first needed, again every five minutes, and again for an unknown `kid`, within limits. While the
 *   issuer is away the keys that are known stay in use: a restart of the issuer costs no request, and its tokens expire by
 *   themselves.
 * - file: read again when it changes, looked at no more than once a second.
 */
export const createKeys = (source: string, now: () => number = Date.now): JWTVerifyGetKey =>
  /^https?:\/\//.test(source) ? createRemoteKeys(source, now) : createFileKeys(source, now);

const createRemoteKeys = (url: string, now: () => number): JWTVerifyGetKey => {
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = 0;
  let failedAt = -Infinity;
  /** When all look-ups are to be had again: each one puts it off. */
  let allAgainAt = -Infinity;
  let failure: unknown = null;
  let pending: Promise<JWTVerifyGetKey> | undefined;

  const fetchKeys = async (): Promise<JWTVerifyGetKey> => {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new Error(`The key endpoint answered ${response.status}.`);
    keys = createLocalJWKSet(jwks.parse(await response.json()));
    fetchedAt = now();
    failure = null;
    return keys;
  };
  /** Of requests that need keys at once, one fetches. */
  const refresh = (): Promise<JWTVerifyGetKey> =>
    (pending ??= fetchKeys()
      .catch((error: unknown) => {
        failedAt = now();
        failure = error;
        throw error;
      })
      .finally(() => {
        pending = undefined;
      }));

  return async (header, token) => {
    const current = keys ?? (await refresh());
    // Not waited for; when it fails, the next request after the cool-down tries again.
    if (now() - fetchedAt > freshMs && now() - failedAt > cooldownMs) refresh().catch(() => undefined);
    try {
      return await current(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (pending === undefined) {
        const next = Math.max(allAgainAt, now()) + lookUps.everyMs;
        // Without an answer from the issuer nobody knows whether the token is bad.
        if (next > now() + lookUps.atOnce * lookUps.everyMs) throw failure ?? error;
        allAgainAt = next;
      }
      const renewed = await refresh();
      return renewed(header, token);
    }
  };
};

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

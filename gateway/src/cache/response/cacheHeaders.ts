import type { RequestContext } from '../../requestContext.ts';
import type { CachePolicy } from '../hints/compilePolicy.ts';
import type { CachedAnswer } from './cachedAnswer.ts';
import { heldPermissions } from './cacheKey.ts';

/**
 * What caches between us and the client are told (RFC 9111; RFC 5861). A viewer whose permissions make a difference
 * gets an answer that nobody else may keep. CDNs purge by `Surrogate-Key` what a bump invalidates here.
 */
export const cacheHeaders = (
  answer: CachedAnswer,
  age: number,
  { policy, context }: Readonly<{ policy: CachePolicy; context: RequestContext }>,
  { propagated, staleIfErrorSeconds }: Readonly<{ propagated: readonly string[]; staleIfErrorSeconds: number }>,
): Record<string, string> => {
  const isPublic = policy.scope === 'PUBLIC' && heldPermissions(policy, context) === '';
  const headers: Record<string, string> = {
    'cache-control': `${isPublic ? 'public' : 'private'}, max-age=${answer.maxAge}, stale-if-error=${staleIfErrorSeconds}`,
    age: String(Math.floor(age)),
    etag: answer.etag,
  };
  if (answer.surrogateKey !== '') headers['surrogate-key'] = answer.surrogateKey;
  const varies =
    policy.scope === 'PRIVATE' || policy.permissions.length > 0 ? ['Authorization', ...propagated] : propagated;
  if (varies.length > 0) headers['vary'] = varies.join(', ');
  return headers;
};

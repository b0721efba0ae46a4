import { can, type Permission } from '@supergraph/auth';
import type { RequestContext } from '../requestContext.ts';

/** Who may ask for a fresh answer with `Cache-Control: no-cache`: it costs us what the cache saves. */
const refreshPermission: Permission = 'cache:refresh';

/** Whether nothing that is kept may be served (RFC 9111, section 5.2.1.4): for those who may ask for that. */
export const wantsFresh = ({ headers, principal }: Pick<RequestContext, 'headers' | 'principal'>): boolean => {
  const wish = headers['cache-control'];
  return wish !== undefined && /(^|[\s,])no-cache($|[\s,])/.test(wish) && can(principal, refreshPermission);
};

/**
 * What every page is sent with: nothing loads but our own style sheet (and scripts where `scripts` says so), nobody
 * frames it, no address leaks to other sites, nothing is kept.
 *
 * @param formTargets origins that a form may end up at: browsers hold redirects after a form to `form-action` too
 */
export const pageHeaders = (
  formTargets: readonly string[] = [],
  { scripts = false } = {},
): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    ...(scripts ? ["script-src 'self'", "connect-src 'self'"] : []),
    ["form-action 'self'", ...formTargets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // Not no-referrer: forms would then say that they come from nowhere (`Origin: null`), and be refused.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
});

/** Where a redirect URI leads, as a source of a Content-Security-Policy. */
export const formTarget = (redirectUri: unknown): readonly string[] => {
  if (typeof redirectUri !== 'string' || !URL.canParse(redirectUri)) return [];
  const { origin, protocol } = new URL(redirectUri);
  return [origin === 'null' ? protocol : origin];
};

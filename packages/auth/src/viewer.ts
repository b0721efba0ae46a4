import type { Principal } from './principal.ts';

/** The header that carries the signed viewer on HTTP; in a WebSocket `subscribe` it is `payload.extensions.viewer`. */
export const viewerHeader = 'x-viewer';

/** Who signs viewers unless told otherwise. */
export const viewerIssuer = 'gateway';

/** No viewer lives longer than this, in seconds. */
export const longestViewerLife = 60;

/** The private claim that holds the principal; `sub` alone could not tell a user from a client. */
export const viewerClaim = 'viewer';

/** One text for one principal: the order in which its fields were written down makes no difference. */
export const canonicalPrincipal = (principal: Principal): string =>
  JSON.stringify(Object.fromEntries(Object.entries(principal).sort(([a], [b]) => (a < b ? -1 : 1))));

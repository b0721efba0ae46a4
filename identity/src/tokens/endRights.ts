import { revoked } from '@supergraph/auth';
import { accountEventSchemas } from '@supergraph/events';
import type { EventHandler } from '@supergraph/messaging';
import { recordRevocation } from './recordRevocation.ts';

/**
 * What follows when somebody is given other roles: where one was taken, access tokens from before end, and whoever asks
 * for new ones gets them with the roles of then. The time is that of reading, not of the event: a token that was made in
 * between with the roles from before ends too.
 */
export const endRights =
  ({ tokenSeconds, now = Date.now }: EndRightsOptions): EventHandler =>
  async (event, tx) => {
    const { userId, roles, previousRoles, at } = accountEventSchemas.UserRolesAssigned.parse(event.data);
    const taken = previousRoles.some((role) => !roles.includes(role));
    // No token is so old.
    if (!taken || Date.parse(at) < now() - 2 * tokenSeconds * 1000) return;
    await recordRevocation(tx, revoked.rights(userId, Math.floor(now() / 1000)), tokenSeconds);
  };

export type EndRightsOptions = Readonly<{
  /** The life of an access token. */
  tokenSeconds: number;
  now?: () => number;
}>;

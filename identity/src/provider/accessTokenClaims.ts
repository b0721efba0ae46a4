import { grantClaim, roles, type Role } from '@supergraph/auth';
import type { AccessToken, ClientCredentials, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { FoundAccount } from './createFindAccount.ts';

const withAccount = z.looseObject({ account: z.custom<FoundAccount['account']>((value) => typeof value === 'object') });
const withRoles = z.looseObject({ roles: z.array(z.enum(roles)).readonly().default([]) });

/** The roles that the claims of a token have. */
export const rolesIn = (claims: unknown): readonly Role[] => withRoles.parse(claims).roles;

/**
 * What an access token says beyond RFC 9068's own claims: the roles of this moment, how and when the person signed in,
 * the grant it ends with, and the quota of the program.
 */
export const accessTokenClaims = (
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Record<string, unknown> => {
  const { Account, RefreshToken, AuthorizationCode, DeviceCode } = ctx.oidc.entities;
  const quota = { quota_tier: ctx.oidc.client?.['quota_tier'] };
  if (token.kind === 'ClientCredentials') return quota;
  const source = RefreshToken ?? AuthorizationCode ?? DeviceCode;
  const { account } = withAccount.parse(Account);
  return {
    ...quota,
    roles: account.roles,
    acr: source?.acr,
    amr: source?.amr,
    auth_time: source?.authTime,
    [grantClaim]: 'grantId' in token ? token.grantId : undefined,
  };
};

import type { ClientMetadata } from 'oidc-provider';

/** Where people see and change what belongs to their account. */
export const accountPath = '/oauth2/account';

/** Nobody else can be called so. */
export const accountClientId = 'account';

/**
 * The account page as a program of the provider: people sign in to it as to any other, with all that belongs to that. It
 * gets nothing for it (`response_type=none`, OAuth 2.0 Multiple Response Types, section 4): the session is enough.
 */
export const accountClient = (issuer: string): ClientMetadata => ({
  client_id: accountClientId,
  client_name: 'your account',
  redirect_uris: [new URL(accountPath, issuer).href],
  response_types: ['none'],
  grant_types: [],
  token_endpoint_auth_method: 'none',
  first_party: true,
  api_scopes: [],
  quota_tier: 'standard',
});

/**
 * Where somebody is sent to sign in to the account page; `confirm` asks who is signed in already, with a second factor
 * when the account has one.
 */
export const accountSignIn = (
  issuer: string,
  confirm: Readonly<{ maxAge: number; acr: string | null }> | null = null,
): string =>
  `/oauth2/authorize?${new URLSearchParams({
    client_id: accountClientId,
    response_type: 'none',
    scope: 'openid',
    redirect_uri: new URL(accountPath, issuer).href,
    ...(confirm !== null && { max_age: String(confirm.maxAge) }),
    ...(confirm?.acr != null && { acr_values: confirm.acr }),
  }).toString()}`;

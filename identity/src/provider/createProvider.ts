import { acr } from '@supergraph/auth';
import { timingSafeEqual } from 'node:crypto';
import Provider, {
  errors,
  type Adapter,
  type Client,
  type Configuration,
  type FindAccount,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { SigningKey } from '../keys/signingKeys.ts';
import type { Secrets } from '../secrets.ts';
import type { Config } from '../config.ts';
import { accountClient } from '../account/accountClient.ts';
import { createInteractionPolicy } from './interactionPolicy.ts';
import { providerPages } from './providerPages.ts';
import { routes } from './routes.ts';
import { apiScopes, oidcScopes, scopesOf } from './scopes.ts';
import { accessTokenClaims, rolesIn } from './accessTokenClaims.ts';

export type ProviderOptions = Readonly<{
  config: Config;
  /** The first one signs, all are published. */
  keys: readonly SigningKey[];
  adapter: (model: string) => Adapter;
  secrets: Secrets;
  findAccount: FindAccount;
}>;

/** A resource indicator is an absolute URI (RFC 8707); the audience in tokens stays the plain name. */
const apiResource = 'urn:commerce-supergraph:api';
const grantSeconds = 90 * 86_400;
const sessionSeconds = 14 * 86_400;

/** Names of cookies that say whose they are; all of them only for our paths. */
const cookiePath = '/oauth2';

/** The OpenID provider for one set of keys. It has no state of its own: everything is in the adapters. */
export const createProvider = ({ config, keys, adapter, secrets, findAccount }: ProviderOptions): Provider => {
  const configuration: Configuration = {
    adapter,
    findAccount,
    jwks: { keys: [...keys] },
    routes,
    scopes: [...oidcScopes],
    claims: { openid: ['sub'], profile: ['name', 'roles'], email: ['email'], phone: ['phone_number'] },
    acrValues: Object.values(acr),
    clientDefaults: { id_token_signed_response_alg: 'RS256' },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256'],
      clientAuthSigningAlgValues: ['RS256', 'ES256', 'PS256', 'EdDSA'],
    },
    extraClientMetadata: { properties: ['first_party', 'api_scopes', 'quota_tier'] },
    // `none` is for the account page, which wants nothing but the session.
    responseTypes: ['code', 'none'],
    clients: [accountClient(config.TOKEN_ISSUER)],
    subjectTypes: ['public'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    conformIdTokenClaims: false,
    clockTolerance: 5,
    cookies: {
      names: { session: 'identity_session', interaction: 'identity_sign_in', resume: 'identity_resume' },
      keys: [...secrets.cookieKeys],
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: cookiePath },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      AccessToken: config.ACCESS_TOKEN_SECONDS,
      ClientCredentials: config.ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Grant: grantSeconds,
      IdToken: config.ID_TOKEN_SECONDS,
      Interaction: 1800,
      RefreshToken: config.REFRESH_TOKEN_SECONDS,
      Session: sessionSeconds,
    },
    clientBasedCORS: mayCallFrom,
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && (isFirstParty(client) || source.scopes.has('offline_access')),
    // Our own programs are signed out with the session; others, that were allowed to, go on without it.
    expiresWithSession: (ctx, source) => isFirstParty(ctx.oidc.client) || !source.scopes.has('offline_access'),
    loadExistingGrant,
    interactions: {
      policy: createInteractionPolicy(),
      url: (_ctx, { uid }) => `/oauth2/sign-in/${uid}`,
    },
    extraTokenClaims: accessTokenClaims,
    formats: {
      customizers: {
        jwt: (_ctx, token, { payload }) => {
          const granted = token.scope ?? '';
          // Never without: a token without scopes would not be restricted by any (packages/auth, Principal).
          payload['scope'] =
            isFirstParty(token.client) && token.kind === 'AccessToken' ? scopesOf(rolesIn(payload)) : granted;
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, mask: '****-****', ...providerPages.deviceFlow },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      userinfo: { enabled: true },
      rpInitiatedLogout: { enabled: true, ...providerPages.logout },
      dPoP: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apiResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, _resource, client) => ({
          audience: config.TOKEN_AUDIENCE,
          scope: apiScopesOf(client).join(' '),
          accessTokenFormat: 'jwt',
          accessTokenTTL: config.ACCESS_TOKEN_SECONDS,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    renderError: providerPages.renderError,
  };
  const provider = new Provider(config.TOKEN_ISSUER, configuration);
  // Our address is the gateway's; service.ts tells it, whatever a client has written into Host.
  provider.proxy = true;
  compareSecretsByHash(provider, secrets);
  return provider;
};

export const isFirstParty = (client: Client | undefined): boolean => client?.['first_party'] === true;

/** A program without a secret could be anybody: it learns of its own tokens only (RFC 7662, section 4). */
const mayIntrospect = (_ctx: KoaContextWithOIDC, client: Client, token: { clientId?: string | undefined }): boolean =>
  client.clientAuthMethod !== 'none' || token.clientId === client.clientId;

/** @throws InvalidRequest for the token of another program: it must learn that its own is not ended (RFC 7009, section 2.1) */
const mayRevoke = (_ctx: KoaContextWithOIDC, client: Client, token: { clientId?: string | undefined }): boolean => {
  if (token.clientId !== client.clientId) throw new errors.InvalidRequest('the token belongs to another client');
  return true;
};

/** A page may call for a program in browsers from where its people are sent back to. */
const mayCallFrom = (_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean =>
  client.clientAuthMethod === 'none' && (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin);

/** What a program may be granted in the API. */
const apiScopesOf = (client: Client): readonly string[] => {
  const scopes = client['api_scopes'];
  return Array.isArray(scopes) ? scopes.filter((scope): scope is string => apiScopes.includes(scope)) : [];
};

/** What was allowed before; and our own programs need not ask their users for leave. */
const loadExistingGrant = async ({ oidc }: KoaContextWithOIDC) => {
  const { client, session, result, provider } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const known = id === undefined ? undefined : await provider.Grant.find(id);
  if (known !== undefined && known.accountId !== session.accountId) return undefined;
  if (!isFirstParty(client)) return known;
  const grant = known ?? new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(oidcScopes.join(' '));
  grant.addResourceScope(apiResource, apiScopes.join(' '));
  await grant.save();
  return grant;
};

/** Secrets are shown once and kept as hashes; several hold while one is changed (storage/clientModel.ts). */
const compareSecretsByHash = (provider: Provider, secrets: Pick<Secrets, 'hashes'>): void => {
  provider.Client.prototype.compareClientSecret = function (this: Client, actual: string): boolean {
    const stored = (this.clientSecret ?? '').split(' ');
    const given = secrets.hashes(actual);
    return stored.some((hash) => given.some((candidate) => equalTexts(hash, candidate)));
  };
};

const equalTexts = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

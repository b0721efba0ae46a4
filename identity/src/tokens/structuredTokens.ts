import { grantClaim } from '@supergraph/auth';
import type Provider from 'oidc-provider';
import type { FindAccount, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { ReadAccessToken } from './createReadAccessToken.ts';
import type { Revocations } from './createRevocations.ts';

/** What oidc-provider, which is a Koa application, takes. */
type Middleware = Parameters<Provider['use']>[0];

export type StructuredTokensOptions = Readonly<{
  provider: Provider;
  readAccessToken: ReadAccessToken;
  revocations: Revocations;
  findAccount: FindAccount;
}>;

/**
 * oidc-provider authenticates whoever asks to revoke (RFC 7009) or introspect (RFC 7662) a token, and then refuses JWT
 * access tokens with `unsupported_token_type`. This comes after it and answers those. Userinfo is answered for them
 * too: a client has one access token, for the API and for what it may know of its user.
 */
export const structuredTokens = (options: StructuredTokensOptions): Middleware => {
  const userinfoPath = options.provider.pathFor('userinfo');
  return async (context, next) => {
    const ctx = context as unknown as KoaContextWithOIDC;
    const bearer = /^bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1];
    if (ctx.path === userinfoPath && bearer?.includes('.') === true) return userinfo(ctx, bearer, options);
    await next();
    if (!isRefusal(ctx.body)) return undefined;
    if (ctx.oidc.route === 'revocation') return revoke(ctx, options);
    if (ctx.oidc.route === 'introspection') return introspect(ctx, options);
    return undefined;
  };
};

const isRefusal = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'error' in body && body.error === 'unsupported_token_type';

const tokenOf = (ctx: KoaContextWithOIDC): string => String(ctx.oidc.params?.['token'] ?? '');

const revoke = async (
  ctx: KoaContextWithOIDC,
  { readAccessToken, revocations }: StructuredTokensOptions,
): Promise<void> => {
  const token = await readAccessToken(tokenOf(ctx));
  if (token !== null && token.client_id !== ctx.oidc.client?.clientId) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_request', error_description: 'the token belongs to another client' };
    return;
  }
  if (token !== null) await revocations.revokeToken(token.jti, token.exp);
  // A token that is not valid needs no revocation (RFC 7009, section 2.2).
  ctx.status = 200;
  ctx.body = '';
};

const introspect = async (ctx: KoaContextWithOIDC, options: StructuredTokensOptions): Promise<void> => {
  const token = await options.readAccessToken(tokenOf(ctx));
  ctx.status = 200;
  ctx.body = { active: false };
  if (token === null || (await hasEnded(token, options))) return;
  // A program without a secret could be anybody; it learns of its own tokens only (RFC 7662, section 4).
  const { client } = ctx.oidc;
  if (client?.clientAuthMethod === 'none' && client.clientId !== token.client_id) return;
  ctx.body = { ...token, active: true, token_type: 'Bearer' };
};

const userinfo = async (ctx: KoaContextWithOIDC, bearer: string, options: StructuredTokensOptions): Promise<void> => {
  ctx.set('cache-control', 'no-store');
  const refuse = (error: string, description: string, status: number): void => {
    ctx.status = status;
    ctx.set('www-authenticate', `Bearer error="${error}", error_description="${description}"`);
    ctx.body = { error, error_description: description };
  };
  if (ctx.method !== 'GET' && ctx.method !== 'POST') return refuse('invalid_request', 'GET or POST', 405);
  const token = await options.readAccessToken(bearer);
  const grant = token === null ? undefined : await grantOf(token, options.provider);
  if (token === null || grant === undefined || (await hasEnded(token, options)))
    return refuse('invalid_token', 'the access token is not valid', 401);
  const scopes = grant.getOIDCScope();
  if (!scopes.split(' ').includes('openid'))
    return refuse('insufficient_scope', 'the access token lacks the scope openid', 403);
  const account = await options.findAccount(ctx, token.sub);
  if (account === undefined) return refuse('invalid_token', 'the access token is not valid', 401);
  ctx.body = await account.claims('userinfo', scopes, {}, grant.getRejectedOIDCClaims());
};

type Token = NonNullable<Awaited<ReturnType<ReadAccessToken>>>;

const grantOf = async (token: Token, provider: Provider): Promise<Grant | undefined> => {
  const id = token[grantClaim];
  return typeof id === 'string' ? provider.Grant.find(id) : undefined;
};

/** Revoked by itself or with all its grant; a program that acts for itself has no grant. */
const hasEnded = async (token: Token, { revocations }: StructuredTokensOptions): Promise<boolean> => {
  const grantId = token[grantClaim];
  return revocations.isRevoked({
    jti: token.jti,
    grantId: typeof grantId === 'string' ? grantId : null,
    // A key that was withdrawn verifies nothing any more.
    kid: null,
    accountId: token.sub,
    clientId: token.client_id,
    issuedAt: token.iat,
  });
};

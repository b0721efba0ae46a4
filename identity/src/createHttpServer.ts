import { addHealth, type Checks, type Lifecycle, type Logger } from '@supergraph/service-kit';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import { AccountsUnavailable, type Accounts } from './accounts/createAccounts.ts';
import { addAccountPage, type AccountPageOptions } from './account/addAccountPage.ts';
import type { Audit } from './audit/createAudit.ts';
import type { Config } from './config.ts';
import { demoPasswordOf } from './clients/demoPassword.ts';
import type { createOAuthLimits } from './limits/createOAuthLimits.ts';
import { pageHeaders } from './pages/headers.ts';
import { html } from './pages/html.ts';
import { page, style, stylePath } from './pages/layout.ts';
import { passkeyScript, passkeyScriptPath } from './pages/passkeyScript.ts';
import type { Secrets } from './secrets.ts';
import { addSignIn, type SignInOptions } from './signIn/addSignIn.ts';
import type { FactorSteps } from './signIn/createFactorSteps.ts';

export type HttpServerOptions = Readonly<{
  config: Config;
  provider: () => Provider;
  accounts: Accounts;
  secrets: Secrets;
  signIn: Pick<SignInOptions, 'checkPassword' | 'passkeys' | 'challenges' | 'perAddress'>;
  factorSteps: FactorSteps;
  accountPage: Omit<AccountPageOptions, 'issuer' | 'log'>;
  audit: Audit;
  /** Answers who asks too much of the token and device endpoints. */
  answerIfTooMany: ReturnType<typeof createOAuthLimits>;
  checks: Checks;
  log: Logger;
  lifecycle: Lifecycle;
}>;

/** Our own pages, and oidc-provider for everything else below `/oauth2/` and `/.well-known/`. */
export const createHttpServer = (options: HttpServerOptions): FastifyInstance => {
  const { config, provider, log } = options;
  const app = fastify({
    // Only the gateway calls, and it says who its client is.
    trustProxy: true,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
  });
  const { host, protocol } = new URL(config.TOKEN_ISSUER);

  // Addresses and cookies are made for the address of the issuer, whatever a client has written into Host.
  app.addHook('onRequest', async ({ raw: { headers } }) => {
    headers.host = host;
    headers['x-forwarded-host'] = host;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
  });
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error }, 'unexpected error');
    return reply
      .code(status)
      .headers(pageHeaders())
      .send(page('This did not work', html`<p>Something went wrong on our side. Try again in a moment.</p>`));
  });

  addHealth(app, { checks: options.checks, closing: options.lifecycle.closing, log });
  app.get(stylePath, (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(style),
  );
  app.get(passkeyScriptPath, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=3600').send(passkeyScript),
  );
  addSignIn(app, {
    provider,
    issuer: config.TOKEN_ISSUER,
    secrets: options.secrets,
    accounts: options.accounts,
    ...options.signIn,
    factorSteps: options.factorSteps,
    audit: options.audit,
    demoPassword: config.DEMO_DATA ? demoPasswordOf : () => '',
    log,
  });

  addAccountPage(app, { ...options.accountPage, issuer: config.TOKEN_ISSUER, log });

  // oidc-provider reads bodies itself.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.all('/*', async (request, reply) => {
      if (await options.answerIfTooMany(request, reply)) return reply;
      reply.hijack();
      void provider().callback()(request.raw, reply.raw);
      return reply;
    });
  });
  return app;
};

const statusOf = (error: FastifyError): number => {
  if (error instanceof AccountsUnavailable) return 503;
  return error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500;
};

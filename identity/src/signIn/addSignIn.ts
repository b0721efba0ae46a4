import type { Logger } from '@supergraph/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { z } from 'zod';
import type { Accounts } from '../accounts/createAccounts.ts';
import { pageHeaders } from '../pages/headers.ts';
import type { Audit } from '../audit/createAudit.ts';
import type { Passkeys } from '../mfa/createPasskeys.ts';
import { tooMany } from '../mfa/createSetUp.ts';
import type { Secrets } from '../secrets.ts';
import type { CheckPassword } from './checkPassword.ts';
import type { FactorSteps } from './createFactorSteps.ts';
import type { SealedStore } from '../storage/createSealedStore.ts';
import type { Throttle } from './createThrottle.ts';
import { isForged } from './isForged.ts';
import { formOf, readForms } from './readForm.ts';
import { consentPage, goBackPage, passwordPage, signInPath } from './signInPages.ts';
import { clientIdOf, finish, show, type Step } from './step.ts';

export type SignInOptions = Readonly<{
  /** The provider of this moment: it is replaced when keys rotate. */
  provider: () => Provider;
  issuer: string;
  secrets: Pick<Secrets, 'formToken'>;
  accounts: Pick<Accounts, 'find'>;
  checkPassword: CheckPassword;
  passkeys: Pick<Passkeys, 'askToSignIn' | 'signIn'>;
  /** What a passkey has to sign, by the id of the sign-in. */
  challenges: SealedStore<string>;
  /** By network address. */
  perAddress: Throttle;
  factorSteps: FactorSteps;
  audit: Pick<Audit, 'note'>;
  /** The password to fill in for a demo account; '' for all others. */
  demoPassword: (email: string) => string;
  log: Logger;
}>;

const consentDetails = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

/** The pages between a program's request and its answer: password, second factor, consent. Below `/oauth2/sign-in/`. */
export const addSignIn = (app: FastifyInstance, options: SignInOptions): void => {
  const { secrets, accounts, checkPassword, passkeys, challenges, perAddress, factorSteps, audit, demoPassword, log } =
    options;
  const { origin } = new URL(options.issuer);

  /** Finds the sign-in of a request; null for one that is over, or of another browser. */
  const stepOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Step | null> => {
    const { uid } = z.object({ uid: z.string() }).parse(request.params);
    const provider = options.provider();
    try {
      const interaction = await provider.interactionDetails(request.raw, reply.raw);
      if (interaction.uid !== uid) return null;
      const { client_id: clientId } = interaction.params;
      const client = await provider.Client.find(String(clientId));
      return {
        request,
        reply,
        provider,
        interaction,
        uid,
        place: { base: signInPath(uid), formToken: secrets.formToken(uid) },
        client: client?.clientName ?? String(clientId),
        fields: formOf(request),
      };
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return null;
      throw error;
    }
  };

  const handle =
    (work: (step: Step) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const step = await stepOf(request, reply);
      if (step === null) return reply.code(400).headers(pageHeaders()).send(goBackPage());
      if (
        request.method === 'POST' &&
        isForged(request.headers, step.fields, { origin, formToken: step.place.formToken })
      ) {
        log.warn({ from: request.headers.origin }, 'a form from elsewhere was refused');
        return reply.code(403).headers(pageHeaders()).send(goBackPage());
      }
      return work(step);
    };

  const askPassword = async (
    step: Step,
    email: string,
    wrong: string | null,
    status: number,
  ): Promise<FastifyReply> => {
    const { options: passkey, challenge } = await passkeys.askToSignIn();
    await challenges.put(step.uid, challenge);
    const content = { client: step.client, email, password: demoPassword(email), passkey, wrong };
    return show(step, passwordPage(step.place, content), status, true);
  };

  const ask = async (step: Step): Promise<FastifyReply> => {
    const { prompt, params, session } = step.interaction;
    if (prompt.name === 'login') {
      const page = await factorSteps.ask(step);
      if (page !== null) return page;
      const hint = params['login_hint'];
      return askPassword(step, typeof hint === 'string' ? hint : '', null, 200);
    }
    const account = await accounts.find(session?.accountId ?? '');
    const { missingOIDCScope, missingResourceScopes } = consentDetails.parse(prompt.details);
    const scopes = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
    return show(step, consentPage(step.place, { client: step.client, name: account?.name ?? '', scopes }));
  };

  const takePassword = async (step: Step): Promise<FastifyReply> => {
    const email = step.fields.get('email') ?? '';
    const password = step.fields.get('password') ?? '';
    const outcome = await checkPassword({ email, password, address: step.request.ip });
    switch (outcome.kind) {
      case 'wait':
        step.reply.header('retry-after', String(outcome.seconds));
        return askPassword(step, email, tooMany(outcome.seconds), 429);
      case 'wrong':
        if (outcome.accountId !== null)
          audit.note({
            type: 'UserSignInFailed',
            data: { userId: outcome.accountId, clientId: clientIdOf(step), reason: 'password' },
          });
        return askPassword(step, email, 'E-mail address and password do not go together.', 401);
      case 'signed in':
        return factorSteps.afterPassword(step, outcome.account);
    }
  };

  /** A passkey alone signs in: it is two factors by itself. */
  const takePasskey = async (step: Step): Promise<FastifyReply> => {
    const attempt = await perAddress.begin(step.request.ip);
    if (!attempt.allowed) {
      step.reply.header('retry-after', String(attempt.retryAfter));
      return askPassword(step, '', tooMany(attempt.retryAfter), 429);
    }
    // A challenge is answered once, rightly or not.
    const challenge = await challenges.take(step.uid);
    const given = step.fields.get('credential') ?? '';
    const found = challenge === null ? null : await passkeys.signIn(given, challenge);
    const account = found === null ? null : await accounts.find(found.accountId);
    if (found === null || account === null)
      return askPassword(step, '', 'This passkey did not work. Try again, or type your password.', 401);
    return factorSteps.afterPasskey(step, account, found.method);
  };

  const takeConsent = async (step: Step): Promise<FastifyReply> => {
    const { prompt, params, session, grantId } = step.interaction;
    if (prompt.name !== 'consent' || session?.accountId === undefined) return ask(step);
    const details = consentDetails.parse(prompt.details);
    const { Grant } = step.provider;
    const known = grantId === undefined ? undefined : await Grant.find(grantId);
    const grant =
      known?.accountId === session.accountId
        ? known
        : new Grant({ accountId: session.accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope(details.missingOIDCScope.join(' '));
    grant.addOIDCClaims(details.missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(details.missingResourceScopes))
      grant.addResourceScope(resource, scopes.join(' '));
    return finish(step, { consent: { grantId: await grant.save() } });
  };

  const cancel = (step: Step): Promise<FastifyReply> =>
    finish(step, { error: 'access_denied', error_description: 'the person has cancelled' });

  /** What a form of the login part sends; one of a sign-in that is further already is shown where it is. */
  const whileSigningIn =
    (work: (step: Step) => Promise<FastifyReply>) =>
    (step: Step): Promise<FastifyReply> =>
      step.interaction.prompt.name === 'login' ? work(step) : ask(step);

  const steps = {
    password: whileSigningIn(takePassword),
    'passkey-sign-in': whileSigningIn(takePasskey),
    ...Object.fromEntries(Object.entries(factorSteps.steps).map(([name, work]) => [name, whileSigningIn(work)])),
    consent: takeConsent,
    cancel,
  };
  void app.register(async (scope) => {
    readForms(scope);
    scope.get('/oauth2/sign-in/:uid', handle(ask));
    for (const [name, work] of Object.entries(steps)) scope.post(`/oauth2/sign-in/:uid/${name}`, handle(work));
  });
};

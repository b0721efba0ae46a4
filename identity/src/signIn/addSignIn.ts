import { acr } from '@supergraph/auth';
import type { Logger } from '@supergraph/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import type { Accounts } from '../accounts/createAccounts.ts';
import { formTarget, pageHeaders } from '../pages/headers.ts';
import type { Secrets } from '../secrets.ts';
import type { CheckPassword } from './checkPassword.ts';
import { isForged } from './isForged.ts';
import { formOf, readForms, type FormFields } from './readForm.ts';
import { consentPage, goBackPage, passwordPage, type FormPlace } from './signInPages.ts';

export type SignInOptions = Readonly<{
  /** The provider of this moment: it is replaced when keys rotate. */
  provider: () => Provider;
  issuer: string;
  secrets: Pick<Secrets, 'formToken'>;
  accounts: Pick<Accounts, 'find'>;
  checkPassword: CheckPassword;
  /** The password to fill in for a demo account; '' for all others. */
  demoPassword: (email: string) => string;
  log: Logger;
}>;

/** One step of a sign-in: the request, and the sign-in that its cookie belongs to. */
type Step = Readonly<{
  request: FastifyRequest;
  reply: FastifyReply;
  interaction: Interaction;
  place: FormPlace;
  client: string;
  fields: FormFields;
}>;

const consentDetails = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

/** The pages between a client's request and its answer: password, consent. Below `/oauth2/sign-in/`. */
export const addSignIn = (app: FastifyInstance, options: SignInOptions): void => {
  const { provider, secrets, accounts, checkPassword, demoPassword, log } = options;
  const { origin } = new URL(options.issuer);

  const show = (step: Step, content: string, status = 200): FastifyReply =>
    step.reply
      .code(status)
      .headers(pageHeaders(formTarget(step.interaction.params['redirect_uri'])))
      .send(content);

  const finish = async ({ request, reply }: Step, result: InteractionResults): Promise<FastifyReply> =>
    reply.redirect(
      await provider().interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false }),
      303,
    );

  /** Finds the sign-in of a request; one that is over, or of another browser, is answered here. */
  const stepOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Step | null> => {
    const { uid } = z.object({ uid: z.string() }).parse(request.params);
    try {
      const interaction = await provider().interactionDetails(request.raw, reply.raw);
      if (interaction.uid !== uid) return null;
      const { client_id: clientId } = interaction.params;
      const client = await provider().Client.find(String(clientId));
      return {
        request,
        reply,
        interaction,
        place: { uid, formToken: secrets.formToken(uid) },
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

  const askPassword = (step: Step, email: string, wrong: string | null, status: number): FastifyReply =>
    show(step, passwordPage(step.place, { client: step.client, email, password: demoPassword(email), wrong }), status);

  const ask = async (step: Step): Promise<FastifyReply> => {
    const { prompt, params, session } = step.interaction;
    if (prompt.name === 'login') {
      const hint = params['login_hint'];
      return askPassword(step, typeof hint === 'string' ? hint : '', null, 200);
    }
    const account = await accounts.find(session?.accountId ?? '');
    const { missingOIDCScope, missingResourceScopes } = consentDetails.parse(prompt.details);
    const scopes = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
    return show(step, consentPage(step.place, { client: step.client, name: account?.name ?? '', scopes }));
  };

  const takePassword = async (step: Step): Promise<FastifyReply> => {
    if (step.interaction.prompt.name !== 'login') return ask(step);
    const email = step.fields.get('email') ?? '';
    const outcome = await checkPassword({
      email,
      password: step.fields.get('password') ?? '',
      address: step.request.ip,
    });
    switch (outcome.kind) {
      case 'wait':
        step.reply.header('retry-after', String(outcome.seconds));
        return askPassword(step, email, `Too many attempts. Wait ${waitText(outcome.seconds)}, then try again.`, 429);
      case 'wrong':
        return askPassword(step, email, 'E-mail address and password do not go together.', 401);
      case 'signed in':
        return finish(step, {
          login: { accountId: outcome.account.id, acr: acr.password, amr: ['pwd'], ts: Math.floor(Date.now() / 1000) },
        });
    }
  };

  const takeConsent = async (step: Step): Promise<FastifyReply> => {
    const { prompt, params, session, grantId } = step.interaction;
    if (prompt.name !== 'consent' || session?.accountId === undefined) return ask(step);
    const details = consentDetails.parse(prompt.details);
    const { Grant } = provider();
    const known = grantId === undefined ? undefined : await Grant.find(grantId);
    const grant = known ?? new Grant({ accountId: session.accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope(details.missingOIDCScope.join(' '));
    grant.addOIDCClaims(details.missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(details.missingResourceScopes))
      grant.addResourceScope(resource, scopes.join(' '));
    return finish(step, { consent: { grantId: await grant.save() } });
  };

  const cancel = (step: Step): Promise<FastifyReply> =>
    finish(step, { error: 'access_denied', error_description: 'the person has cancelled' });

  void app.register(async (scope) => {
    readForms(scope);
    scope.get('/oauth2/sign-in/:uid', handle(ask));
    scope.post('/oauth2/sign-in/:uid/password', handle(takePassword));
    scope.post('/oauth2/sign-in/:uid/consent', handle(takeConsent));
    scope.post('/oauth2/sign-in/:uid/cancel', handle(cancel));
  });
};

const waitText = (seconds: number): string =>
  seconds < 60 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} ${seconds <= 60 ? 'minute' : 'minutes'}`;

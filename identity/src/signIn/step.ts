import type { FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { Interaction, InteractionResults } from 'oidc-provider';
import type { FormPlace } from '../pages/forms.ts';
import { formTarget, pageHeaders } from '../pages/headers.ts';
import type { FormFields } from './readForm.ts';
import { signInPath } from './signInPages.ts';

/** One step of a sign-in: the request, and the sign-in that its cookie belongs to. */
export type Step = Readonly<{
  request: FastifyRequest;
  reply: FastifyReply;
  provider: Provider;
  interaction: Interaction;
  /** Of the sign-in. */
  uid: string;
  place: FormPlace;
  /** The name of the program that asks. */
  client: string;
  fields: FormFields;
}>;

/** The program that asks. */
export const clientIdOf = ({ interaction }: Step): string => String(interaction.params['client_id']);

/** Sends a page whose forms may end at the program that asks. */
export const show = ({ reply, interaction }: Step, content: string, status = 200, scripts = false): FastifyReply =>
  reply
    .code(status)
    .headers(pageHeaders(formTarget(interaction.params['redirect_uri']), { scripts }))
    .send(content);

/** Back to the page that the sign-in is at. */
export const startOver = async ({ reply, uid }: Step): Promise<FastifyReply> => reply.redirect(signInPath(uid), 303);

/** Hands the result to oidc-provider, and the person on. */
export const finish = async ({ request, reply, provider }: Step, result: InteractionResults): Promise<FastifyReply> =>
  reply.redirect(
    await provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false }),
    303,
  );

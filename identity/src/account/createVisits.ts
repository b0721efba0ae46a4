import { acr } from '@supergraph/auth';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { Account, Accounts } from '../accounts/createAccounts.ts';
import type { Factor, Factors } from '../mfa/createFactors.ts';
import { pageHeaders } from '../pages/headers.ts';
import type { FormPlace } from '../pages/forms.ts';
import type { Secrets } from '../secrets.ts';
import { formOf, type FormFields } from '../signIn/readForm.ts';
import { accountPath } from './accountClient.ts';

/** How long ago a sign-in may be for factors to be changed, in seconds. */
export const freshSeconds = 300;

/** Somebody who is signed in, on the account page. */
export type Visit = Readonly<{
  request: FastifyRequest;
  reply: FastifyReply;
  /** Of the session. */
  id: string;
  account: Account;
  factors: readonly Factor[];
  /** Whether the sign-in was so lately, and with a second factor if there is one, that factors may be changed. */
  fresh: boolean;
  place: FormPlace;
  fields: FormFields;
}>;

export type VisitsOptions = Readonly<{
  provider: () => Provider;
  accounts: Pick<Accounts, 'find'>;
  factors: Pick<Factors, 'list'>;
  secrets: Pick<Secrets, 'formToken'>;
  /** Milliseconds since 1970. */
  now?: () => number;
}>;

/** @returns who is visiting, by the session of the provider; null for somebody who is not signed in */
export type FindVisit = (request: FastifyRequest, reply: FastifyReply) => Promise<Visit | null>;

export const createVisits =
  ({ provider: current, accounts, factors, secrets, now = Date.now }: VisitsOptions): FindVisit =>
  async (request, reply) => {
    const provider = current();
    const {
      uid,
      accountId,
      loginTs,
      acr: level,
    } = await provider.Session.get(provider.createContext(request.raw, reply.raw));
    const account = accountId === undefined ? null : await accounts.find(accountId);
    if (account === null) return null;
    const known = await factors.list(account.id);
    const lately = loginTs !== undefined && now() / 1000 - loginTs <= freshSeconds;
    return {
      request,
      reply,
      id: uid,
      account,
      factors: known,
      fresh: lately && (known.length === 0 || level === acr.mfa),
      place: { base: accountPath, formToken: secrets.formToken(`account ${uid} ${account.id}`) },
      fields: formOf(request),
    };
  };

/** Sends a page of the account. */
export const showTo = ({ reply }: Visit, content: string, status = 200, scripts = false): FastifyReply =>
  reply.code(status).headers(pageHeaders([], { scripts })).send(content);

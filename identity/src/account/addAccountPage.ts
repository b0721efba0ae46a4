import { acr } from '@supergraph/auth';
import type { Logger } from '@supergraph/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../audit/createAudit.ts';
import type { Factors } from '../mfa/createFactors.ts';
import type { SetUp, SetUpAt } from '../mfa/createSetUp.ts';
import { isDuty } from '../mfa/factorPolicy.ts';
import { backupCodesPage } from '../mfa/setUpPages.ts';
import type { SetUpState } from '../mfa/setUpState.ts';
import { pageHeaders } from '../pages/headers.ts';
import { isForged } from '../signIn/isForged.ts';
import { readForms } from '../signIn/readForm.ts';
import { goBackPage } from '../signIn/signInPages.ts';
import type { SealedStore } from '../storage/createSealedStore.ts';
import { accountPath, accountSignIn } from './accountClient.ts';
import { accountPage, signedOutPage } from './accountPages.ts';
import type { AccessList } from './createAccess.ts';
import { freshSeconds, showTo, type FindVisit, type Visit } from './createVisits.ts';

export type AccountPageOptions = Readonly<{
  issuer: string;
  findVisit: FindVisit;
  factors: Factors;
  setUp: SetUp;
  /** What is being set up, by session. */
  underWay: SealedStore<SetUpState>;
  access: AccessList;
  /** Tells gateways of what was withdrawn. */
  deliver: () => Promise<void>;
  audit: Pick<Audit, 'note'>;
  log: Logger;
}>;

type Work = (visit: Visit) => Promise<FastifyReply>;

/** What was done, by what stands in the address afterwards: never a text of whoever made the link. */
const doneTexts: Readonly<Record<string, string>> = {
  added: 'The second factor is set up.',
  removed: 'The second factor is removed.',
  withdrawn: 'The program has no access any more.',
};

/**
 * The page where people see and change their second factors, and what programs may do for them. Whoever changes factors
 * has signed in within five minutes, with a second factor if there is one: a session that somebody found open, or stole,
 * is not enough to take an account over.
 */
export const addAccountPage = (app: FastifyInstance, options: AccountPageOptions): void => {
  const { issuer, findVisit, factors, setUp, underWay, access, deliver, audit, log } = options;
  const { origin } = new URL(issuer);

  const show = async (visit: Visit, wrong: string | null = null, status = 200): Promise<FastifyReply> => {
    const { account, fresh } = visit;
    const done = new URL(visit.request.url, issuer).searchParams.get('done') ?? '';
    return showTo(
      visit,
      accountPage(visit.place, {
        name: account.name,
        email: account.email,
        factors: visit.factors,
        backupCodesLeft: await factors.backupCodesLeft(account.id),
        access: await access.of(account.id),
        fresh,
        done: Object.hasOwn(doneTexts, done) ? (doneTexts[done] ?? null) : null,
        wrong,
      }),
      status,
    );
  };

  const back = async ({ reply }: Visit, done?: string): Promise<FastifyReply> =>
    reply.redirect(`${accountPath}${done === undefined ? '' : `?done=${done}`}`, 303);

  const confirm: Work = async ({ reply, factors: known }) =>
    reply.redirect(accountSignIn(issuer, { maxAge: freshSeconds, acr: known.length > 0 ? acr.mfa : null }), 303);

  const added = async (visit: Visit, kind: Parameters<SetUpAt['added']>[0]): Promise<FastifyReply> => {
    const { id } = visit.account;
    await underWay.forget(visit.id);
    audit.note({ type: 'UserFactorAdded', data: { userId: id, kind } });
    const codes = await factors.newBackupCodes(id);
    return codes.length === 0 ? back(visit, 'added') : showTo(visit, backupCodesPage(visit.place, codes));
  };

  const settingUp =
    (work: (at: SetUpAt) => Promise<FastifyReply>): Work =>
    async (visit) =>
      work({
        id: visit.id,
        account: visit.account,
        address: visit.request.ip,
        place: visit.place,
        fields: visit.fields,
        reason: { kind: 'wished' },
        state: (await stateOf(visit)) ?? { accountId: visit.account.id },
        keep: (state) => underWay.put(visit.id, state),
        show: (content, status, scripts) => showTo(visit, content, status, scripts),
        added: (kind) => added(visit, kind),
      });
  /** A session can go on with another account; what the one before was setting up is none of its business. */
  const stateOf = async ({ id, account }: Visit): Promise<SetUpState | null> => {
    const state = await underWay.get(id);
    return state?.accountId === account.id ? state : null;
  };

  const remove: Work = async (visit) => {
    const { account, fields } = visit;
    const outcome = await factors.remove(account.id, fields.get('factor') ?? '', { keepOne: isDuty(account.roles) });
    if (outcome === 'last')
      return show(visit, 'Your account needs a second factor. Add another one, then remove this one.', 409);
    if (outcome !== null) audit.note({ type: 'UserFactorRemoved', data: { userId: account.id, kind: outcome } });
    return back(visit, 'removed');
  };

  const replaceBackupCodes: Work = async (visit) => {
    const { account, factors: known } = visit;
    if (known.length === 0) return back(visit);
    const codes = await factors.replaceBackupCodes(account.id);
    audit.note({ type: 'UserBackupCodesReplaced', data: { userId: account.id } });
    return showTo(visit, backupCodesPage(visit.place, codes));
  };

  const withdraw: Work = async (visit) => {
    const { account, fields } = visit;
    const clientId = fields.get('client') ?? '';
    if (await access.withdraw(account.id, clientId)) {
      audit.note({ type: 'UserAccessWithdrawn', data: { userId: account.id, clientId } });
      await deliver();
    }
    return back(visit, 'withdrawn');
  };

  const whenFresh =
    (work: Work): Work =>
    async (visit) =>
      visit.fresh ? work(visit) : confirm(visit);

  const forms: Readonly<Record<string, Work>> = {
    confirm,
    withdraw,
    cancel: async (visit) => {
      await underWay.forget(visit.id);
      return back(visit);
    },
    done: (visit) => back(visit),
    add: whenFresh(settingUp((at) => setUp.ask(at))),
    totp: whenFresh(settingUp(setUp.takeTotp)),
    passkey: whenFresh(settingUp(setUp.takePasskey)),
    telephone: whenFresh(settingUp(setUp.takeTelephone)),
    'telephone-code': whenFresh(settingUp(setUp.takeTelephoneCode)),
    remove: whenFresh(remove),
    'backup-codes': whenFresh(replaceBackupCodes),
  };

  const open = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const visit = await findVisit(request, reply);
    if (visit !== null) return show(visit);
    // Who comes back from the sign-in without a session is not sent there again, and again.
    const cameBack = request.url.includes('?');
    return cameBack
      ? reply.code(401).headers(pageHeaders()).send(signedOutPage())
      : reply.redirect(accountSignIn(issuer), 303);
  };

  const handle =
    (work: Work) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const visit = await findVisit(request, reply);
      if (visit === null) return reply.redirect(accountSignIn(issuer), 303);
      if (isForged(request.headers, visit.fields, { origin, formToken: visit.place.formToken })) {
        log.warn({ from: request.headers.origin }, 'a form from elsewhere was refused');
        return reply.code(403).headers(pageHeaders()).send(goBackPage());
      }
      return work(visit);
    };

  void app.register(async (scope) => {
    readForms(scope);
    scope.get(accountPath, open);
    for (const [name, work] of Object.entries(forms)) scope.post(`${accountPath}/${name}`, handle(work));
  });
};

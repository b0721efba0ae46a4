import { acr } from '@supergraph/auth';
import type { FastifyReply } from 'fastify';
import type { Account, Accounts } from '../accounts/createAccounts.ts';
import type { Audit } from '../audit/createAudit.ts';
import type { FactorKind, Factors } from '../mfa/createFactors.ts';
import type { PasskeyMethod } from '../mfa/createPasskeys.ts';
import type { SetUp, SetUpAt } from '../mfa/createSetUp.ts';
import { factorDemand, graceEnds, isDuty } from '../mfa/factorPolicy.ts';
import { backupCodesPage } from '../mfa/setUpPages.ts';
import { wantsMfa } from '../provider/interactionPolicy.ts';
import type { Proofs } from './createProofs.ts';
import type { PendingSignIn, PendingSignIns } from './pendingSignIns.ts';
import { clientIdOf, finish, show, startOver, type Step } from './step.ts';

export type FactorStepsOptions = Readonly<{
  accounts: Pick<Accounts, 'find'>;
  factors: Factors;
  setUp: SetUp;
  proofs: Proofs;
  pending: PendingSignIns;
  audit: Pick<Audit, 'note'>;
}>;

type StepWork = (step: Step) => Promise<FastifyReply>;

/** What comes after the password. */
export type FactorSteps = Readonly<{
  /** Goes on after a right password: to the end, or to the second factor. */
  afterPassword: (step: Step, account: Account) => Promise<FastifyReply>;
  /** Ends a sign-in by a passkey alone, which counts as two factors. */
  afterPasskey: (step: Step, account: Account, method: PasskeyMethod) => Promise<FastifyReply>;
  /** The page of a sign-in that has its password, or that asks somebody who is signed in; null when there is none. */
  ask: (step: Step) => Promise<FastifyReply | null>;
  /** What its forms lead to, by the last part of their path. */
  steps: Readonly<Record<string, StepWork>>;
}>;

/** How a factor that was just set up counts (RFC 8176). */
const methods: Readonly<Record<FactorKind, string>> = { totp: 'otp', passkey: 'hwk', sms: 'sms' };

export const createFactorSteps = ({
  accounts,
  factors,
  setUp,
  proofs,
  pending,
  audit,
}: FactorStepsOptions): FactorSteps => {
  const signedIn = async (
    step: Step,
    { accountId, amr }: Pick<PendingSignIn, 'accountId' | 'amr'>,
    factor: string | null,
  ) => {
    await pending.forget(step.uid);
    const shown = [...new Set(factor === null ? amr : [...amr, factor, 'mfa'])];
    audit.note({ type: 'UserSignedIn', data: { userId: accountId, clientId: clientIdOf(step), amr: shown } });
    return finish(step, {
      login: {
        accountId,
        acr: factor === null ? acr.password : acr.mfa,
        amr: shown,
        ts: Math.floor(Date.now() / 1000),
      },
    });
  };

  const demandOf = async (step: Step, account: Account) => {
    const known = await factors.list(account.id);
    const dutySince = isDuty(account.roles) ? await factors.dutySince(account.id) : new Date();
    const accountCreatedAt = new Date(account.createdAt);
    const demand = factorDemand({
      roles: account.roles,
      hasFactor: known.length > 0,
      demanded: wantsMfa(step.interaction.params),
      accountCreatedAt,
      dutySince,
      now: new Date(),
    });
    return { demand, until: graceEnds({ accountCreatedAt, dutySince }) };
  };

  /** The end of a set-up: whoever has no backup codes sees them first. */
  const enrolled = async (step: Step, current: PendingSignIn, kind: FactorKind): Promise<FastifyReply> => {
    const { accountId, amr, demand } = current;
    audit.note({ type: 'UserFactorAdded', data: { userId: accountId, kind } });
    const codes = await factors.newBackupCodes(accountId);
    if (codes.length === 0) return signedIn(step, current, methods[kind]);
    await pending.put(step.uid, { accountId, amr, demand, proved: methods[kind] });
    return show(step, backupCodesPage(step.place, codes));
  };

  const settingUp = async (
    step: Step,
    current: PendingSignIn,
    work: (at: SetUpAt) => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    const account = await accounts.find(current.accountId);
    if (account === null) return startOver(step);
    const offered = current.demand === 'offer';
    return work({
      id: step.uid,
      account,
      address: step.request.ip,
      place: step.place,
      fields: step.fields,
      reason: offered ? { kind: 'offered', until: (await demandOf(step, account)).until } : { kind: 'demanded' },
      state: current,
      keep: (state) => pending.put(step.uid, { ...current, ...state }),
      show: (content, status, scripts) => show(step, content, status, scripts),
      added: (kind) => enrolled(step, current, kind),
    });
  };

  /** A form of the set-up is taken from those only who are to set something up: nobody gets past a factor by adding one. */
  const whileSettingUp =
    (work: (at: SetUpAt) => Promise<FastifyReply>): StepWork =>
    async (step) => {
      const current = await pending.get(step.uid);
      if (current === null || current.demand === 'prove' || current.proved !== undefined) return startOver(step);
      return settingUp(step, current, work);
    };

  const whileProving =
    (work: (step: Step, current: PendingSignIn) => ReturnType<Proofs['takeCode']>): StepWork =>
    async (step) => {
      const current = await pending.get(step.uid);
      if (current?.demand !== 'prove') return startOver(step);
      const outcome = await work(step, current);
      return 'method' in outcome ? signedIn(step, current, outcome.method) : outcome.page;
    };

  return {
    afterPassword: async (step, account) => {
      const { demand } = await demandOf(step, account);
      const soFar = { accountId: account.id, amr: ['pwd'] };
      if (demand === 'none') return signedIn(step, soFar, null);
      await pending.put(step.uid, { ...soFar, demand });
      return startOver(step);
    },

    afterPasskey: (step, { id: accountId }, method) => signedIn(step, { accountId, amr: [] }, method),

    ask: async (step) => {
      const { prompt, session } = step.interaction;
      let current = await pending.get(step.uid);
      // Somebody who is signed in, and of whom only the second factor is wanted, need not type the password again.
      const onlyFactor = prompt.reasons.every((reason) => reason === 'mfa_required');
      if (current === null && onlyFactor && session?.accountId !== undefined) {
        const known = await factors.list(session.accountId);
        const demand = known.length > 0 ? 'prove' : 'enrol';
        current = { accountId: session.accountId, amr: [...(session.amr ?? ['pwd'])], demand };
        await pending.put(step.uid, current);
      }
      if (current === null) return null;
      if (current.proved !== undefined) return signedIn(step, current, current.proved);
      if (current.demand === 'prove') return proofs.ask(step, current, null);
      return settingUp(step, current, setUp.ask);
    },

    steps: {
      code: whileProving(proofs.takeCode),
      'use-passkey': whileProving(proofs.takePasskey),
      'send-sms': whileProving(proofs.sendSms),
      sms: whileProving(proofs.takeSms),
      totp: whileSettingUp(setUp.takeTotp),
      passkey: whileSettingUp(setUp.takePasskey),
      telephone: whileSettingUp(setUp.takeTelephone),
      'telephone-code': whileSettingUp(setUp.takeTelephoneCode),
      later: async (step) => {
        const current = await pending.get(step.uid);
        return current?.demand === 'offer' ? signedIn(step, current, null) : startOver(step);
      },
      done: async (step) => {
        const current = await pending.get(step.uid);
        return current?.proved === undefined ? startOver(step) : signedIn(step, current, current.proved);
      },
    },
  };
};

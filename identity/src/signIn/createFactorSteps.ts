import { acr } from '@supergraph/auth';
import type { FastifyReply } from 'fastify';
import { toDataURL } from 'qrcode';
import type { Account, Accounts } from '../accounts/createAccounts.ts';
import type { Audit } from '../audit/createAudit.ts';
import type { Factors } from '../mfa/createFactors.ts';
import type { Passkeys } from '../mfa/createPasskeys.ts';
import { factorDemand, graceEnds, isDuty } from '../mfa/factorPolicy.ts';
import { newTotpSecret, totpUri } from '../mfa/totp.ts';
import { wantsMfa } from '../provider/interactionPolicy.ts';
import type { Throttle } from './createThrottle.ts';
import { backupCodesPage, provePage, setUpPage } from './factorPages.ts';
import type { PendingSignIn, PendingSignIns } from './pendingSignIns.ts';
import { clientIdOf, finish, show, type Step } from './step.ts';
import { signInPath } from './signInPages.ts';
import { waitText } from './waitText.ts';

export type FactorStepsOptions = Readonly<{
  accounts: Pick<Accounts, 'find'>;
  factors: Factors;
  passkeys: Passkeys;
  pending: PendingSignIns;
  audit: Pick<Audit, 'note'>;
  /** By account: a code has six digits. */
  throttle: Throttle;
}>;

/** What comes after the password. */
export type FactorSteps = Readonly<{
  /** Goes on after a right password: to the end, or to the second factor. */
  afterPassword: (step: Step, account: Account) => Promise<FastifyReply>;
  /** The page of a sign-in that has its password, or that asks somebody who is signed in; null when there is none. */
  ask: (step: Step) => Promise<FastifyReply | null>;
  takeCode: (step: Step) => Promise<FastifyReply>;
  takeTotp: (step: Step) => Promise<FastifyReply>;
  takeLater: (step: Step) => Promise<FastifyReply>;
  takeDone: (step: Step) => Promise<FastifyReply>;
  takePasskey: (step: Step) => Promise<FastifyReply>;
  takeUsedPasskey: (step: Step) => Promise<FastifyReply>;
}>;

export const createFactorSteps = ({
  accounts,
  factors,
  passkeys,
  pending,
  audit,
  throttle,
}: FactorStepsOptions): FactorSteps => {
  const startOver = async (step: Step): Promise<FastifyReply> => step.reply.redirect(signInPath(step.place.uid), 303);

  const signedIn = async (
    step: Step,
    { accountId, amr }: Pick<PendingSignIn, 'accountId' | 'amr'>,
    factor: string | null,
  ) => {
    await pending.forget(step.place.uid);
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
    const kinds = await factors.kinds(account.id);
    const dutySince = isDuty(account.roles) ? await factors.dutySince(account.id) : new Date();
    const accountCreatedAt = new Date(account.createdAt);
    const demand = factorDemand({
      roles: account.roles,
      hasFactor: kinds.length > 0,
      demanded: wantsMfa(step.interaction.params),
      accountCreatedAt,
      dutySince,
      now: new Date(),
    });
    return { demand, until: graceEnds({ accountCreatedAt, dutySince }) };
  };

  const askSetUp = async (step: Step, current: PendingSignIn, wrong: string | null): Promise<FastifyReply> => {
    const account = await accounts.find(current.accountId);
    if (account === null) return startOver(step);
    const secret = current.totpSecret ?? newTotpSecret();
    const { options: passkey, challenge } = await passkeys.askToCreate(account);
    await pending.put(step.place.uid, { ...current, totpSecret: secret, challenge });
    const until = current.demand === 'offer' ? (await demandOf(step, account)).until : null;
    const qrCode = await toDataURL(totpUri(secret, account.email), { width: 240, margin: 2 });
    return show(
      step,
      setUpPage(step.place, { qrCode, secret, passkey, until, wrong }),
      wrong === null ? 200 : 401,
      true,
    );
  };

  const askProof = async (
    step: Step,
    current: PendingSignIn,
    wrong: string | null,
    status = 200,
  ): Promise<FastifyReply> => {
    const kinds = await factors.kinds(current.accountId);
    const request = kinds.includes('passkey') ? await passkeys.askToUse(current.accountId) : null;
    if (request !== null) await pending.put(step.place.uid, { ...current, challenge: request.challenge });
    const content = { wrong, passkey: request?.options ?? null, hasApp: kinds.includes('totp') };
    return show(step, provePage(step.place, content), status, request !== null);
  };

  /** The end of a set-up: whoever has no backup codes sees them first. */
  const enrolled = async (
    step: Step,
    { accountId, amr, demand }: PendingSignIn,
    factor: string,
  ): Promise<FastifyReply> => {
    audit.note({ type: 'UserFactorAdded', data: { userId: accountId, kind: factor === 'otp' ? 'totp' : 'passkey' } });
    const codes = await factors.newBackupCodes(accountId);
    if (codes.length === 0) return signedIn(step, { accountId, amr }, factor);
    await pending.put(step.place.uid, { accountId, amr, demand, proved: factor });
    return show(step, backupCodesPage(step.place, codes));
  };

  const failed = (step: Step, { accountId }: PendingSignIn): void =>
    audit.note({
      type: 'UserSignInFailed',
      data: { userId: accountId, clientId: clientIdOf(step), reason: 'second_factor' },
    });

  /** Counts an attempt at a code; the page that says to wait, when there were too many. */
  const mustWait = async (accountId: string): Promise<string | null> => {
    const attempt = await throttle.begin(accountId);
    return attempt.allowed ? null : `Too many attempts. Wait ${waitText(attempt.retryAfter)}, then try again.`;
  };

  return {
    afterPassword: async (step, account) => {
      const { demand } = await demandOf(step, account);
      const soFar = { accountId: account.id, amr: ['pwd'] };
      if (demand === 'none') return signedIn(step, soFar, null);
      await pending.put(step.place.uid, { ...soFar, demand });
      return startOver(step);
    },

    ask: async (step) => {
      const { prompt, session } = step.interaction;
      let current = await pending.get(step.place.uid);
      // Somebody who is signed in, and of whom only the second factor is wanted, need not type the password again.
      const onlyFactor = prompt.reasons.every((reason) => reason === 'mfa_required');
      if (current === null && onlyFactor && session?.accountId !== undefined) {
        const kinds = await factors.kinds(session.accountId);
        const demand = kinds.length > 0 ? 'prove' : 'enrol';
        current = { accountId: session.accountId, amr: [...(session.amr ?? ['pwd'])], demand };
        await pending.put(step.place.uid, current);
      }
      if (current === null) return null;
      if (current.proved !== undefined) return signedIn(step, current, current.proved);
      if (current.demand === 'prove') return askProof(step, current, null);
      return askSetUp(step, current, null);
    },

    takeCode: async (step) => {
      const current = await pending.get(step.place.uid);
      if (current?.demand !== 'prove') return startOver(step);
      const wait = await mustWait(current.accountId);
      if (wait !== null) return askProof(step, current, wait, 429);
      const code = step.fields.get('code') ?? '';
      const right =
        (await factors.useTotp(current.accountId, code)) || (await factors.useBackupCode(current.accountId, code));
      if (!right) {
        failed(step, current);
        return askProof(step, current, 'This code is not right, or was used before.', 401);
      }
      await throttle.succeeded(current.accountId);
      return signedIn(step, current, 'otp');
    },

    takeTotp: async (step) => {
      const current = await pending.get(step.place.uid);
      if (current?.totpSecret === undefined || current.demand === 'prove') return startOver(step);
      const wait = await mustWait(current.accountId);
      if (wait !== null) return askSetUp(step, current, wait);
      const added = await factors.addTotp(current.accountId, current.totpSecret, step.fields.get('code') ?? '');
      if (!added)
        return askSetUp(step, current, 'This is not the code of that QR code. Type the one the app shows now.');
      await throttle.succeeded(current.accountId);
      return enrolled(step, current, 'otp');
    },

    takeLater: async (step) => {
      const current = await pending.get(step.place.uid);
      return current?.demand === 'offer' ? signedIn(step, current, null) : startOver(step);
    },

    takePasskey: async (step) => {
      const current = await pending.get(step.place.uid);
      if (current?.challenge === undefined || current.demand === 'prove') return startOver(step);
      const added = await passkeys.add(current.accountId, step.fields.get('credential') ?? '', current.challenge);
      return added
        ? enrolled(step, current, 'hwk')
        : askSetUp(step, current, 'The passkey could not be set up. Try again, or use an app.');
    },

    takeUsedPasskey: async (step) => {
      const current = await pending.get(step.place.uid);
      if (current?.challenge === undefined || current.demand !== 'prove') return startOver(step);
      // A challenge is answered once, rightly or not.
      const { challenge, ...rest } = current;
      await pending.put(step.place.uid, rest);
      const factor = await passkeys.use(current.accountId, step.fields.get('credential') ?? '', challenge);
      if (factor !== null) return signedIn(step, current, factor);
      failed(step, current);
      return askProof(step, rest, 'This passkey did not work. Try again, or use another way.', 401);
    },

    takeDone: async (step) => {
      const current = await pending.get(step.place.uid);
      return current?.proved === undefined ? startOver(step) : signedIn(step, current, current.proved);
    },
  };
};

import type { FastifyReply } from 'fastify';
import type { Audit } from '../audit/createAudit.ts';
import type { Factors } from '../mfa/createFactors.ts';
import type { Passkeys } from '../mfa/createPasskeys.ts';
import { notSent, tooMany } from '../mfa/createSetUp.ts';
import type { SmsCodes } from '../sms/createSmsCodes.ts';
import { maskedNumber } from '../sms/phoneNumber.ts';
import type { Throttle } from './createThrottle.ts';
import type { PendingSignIn, PendingSignIns } from './pendingSignIns.ts';
import { provePage, smsCodePage } from './provePages.ts';
import { clientIdOf, show, type Step } from './step.ts';

/** How the factor was proved (RFC 8176), or the page to go on from. */
export type ProofOutcome = Readonly<{ method: string }> | Readonly<{ page: FastifyReply }>;

type Take = (step: Step, current: PendingSignIn) => Promise<ProofOutcome>;

/** The pages on which somebody proves a second factor that they have. */
export type Proofs = Readonly<{
  ask: (step: Step, current: PendingSignIn, wrong: string | null, status?: number) => Promise<FastifyReply>;
  /** Of an authenticator app, or a backup code. */
  takeCode: Take;
  takePasskey: Take;
  /** Sends a code to one of the account's telephones. */
  sendSms: Take;
  takeSms: Take;
}>;

export type ProofsOptions = Readonly<{
  factors: Factors;
  passkeys: Passkeys;
  /** Null where nobody carries text messages. */
  smsCodes: SmsCodes | null;
  pending: PendingSignIns;
  audit: Pick<Audit, 'note'>;
  /** By account: a code has six digits. */
  throttle: Throttle;
}>;

export const createProofs = ({ factors, passkeys, smsCodes, pending, audit, throttle }: ProofsOptions): Proofs => {
  const ask: Proofs['ask'] = async (step, current, wrong, status = 200) => {
    const known = await factors.list(current.accountId);
    const hasPasskey = known.some(({ kind }) => kind === 'passkey');
    const request = hasPasskey ? await passkeys.askToUse(current.accountId) : null;
    if (request !== null) await pending.put(step.uid, { ...current, challenge: request.challenge });
    const content = {
      wrong,
      passkey: request?.options ?? null,
      hasApp: known.some(({ kind }) => kind === 'totp'),
      telephones: smsCodes === null ? [] : known.flatMap(({ id, masked }) => (masked === null ? [] : [{ id, masked }])),
    };
    return show(step, provePage(step.place, content), status, request !== null);
  };

  const failed = (step: Step, { accountId }: PendingSignIn): void =>
    audit.note({
      type: 'UserSignInFailed',
      data: { userId: accountId, clientId: clientIdOf(step), reason: 'second_factor' },
    });

  return {
    ask,

    takeCode: async (step, current) => {
      const attempt = await throttle.begin(current.accountId);
      if (!attempt.allowed) return { page: await ask(step, current, tooMany(attempt.retryAfter), 429) };
      const code = step.fields.get('code') ?? '';
      const right =
        (await factors.useTotp(current.accountId, code)) || (await factors.useBackupCode(current.accountId, code));
      if (!right) {
        failed(step, current);
        return { page: await ask(step, current, 'This code is not right, or was used before.', 401) };
      }
      await throttle.succeeded(current.accountId);
      return { method: 'otp' };
    },

    takePasskey: async (step, current) => {
      if (current.challenge === undefined) return { page: await ask(step, current, null) };
      // A challenge is answered once, rightly or not.
      const { challenge, ...rest } = current;
      await pending.put(step.uid, rest);
      const method = await passkeys.use(current.accountId, step.fields.get('credential') ?? '', challenge);
      if (method !== null) return { method };
      failed(step, current);
      return { page: await ask(step, rest, 'This passkey did not work. Try again, or use another way.', 401) };
    },

    sendSms: async (step, current) => {
      const id = step.fields.get('factor') ?? '';
      const number = await factors.telephone(current.accountId, id);
      if (smsCodes === null || number === null) return { page: await ask(step, current, null) };
      const { accountId } = current;
      const sent = await smsCodes.send({ accountId, number, place: step.uid, address: step.request.ip });
      if (!sent.sent) {
        const status = sent.retryAfter === null ? 503 : 429;
        return { page: await ask(step, current, notSent(sent.retryAfter), status) };
      }
      await pending.put(step.uid, { ...current, telephone: id });
      const telephone = { id, masked: maskedNumber(number) };
      return { page: show(step, smsCodePage(step.place, { wrong: null, telephone })) };
    },

    takeSms: async (step, current) => {
      const { accountId, telephone: id } = current;
      const number = id === undefined ? null : await factors.telephone(accountId, id);
      if (smsCodes === null || id === undefined || number === null) return { page: await ask(step, current, null) };
      const again = (wrong: string, status: number): ProofOutcome => ({
        page: show(step, smsCodePage(step.place, { wrong, telephone: { id, masked: maskedNumber(number) } }), status),
      });
      const attempt = await throttle.begin(accountId);
      if (!attempt.allowed) return again(tooMany(attempt.retryAfter), 429);
      if (!(await smsCodes.check({ place: step.uid, number, code: step.fields.get('code') ?? '' }))) {
        failed(step, current);
        return again('This code is not right, was used before, or is too old.', 401);
      }
      await throttle.succeeded(accountId);
      await factors.telephoneUsed(id);
      return { method: 'sms' };
    },
  };
};

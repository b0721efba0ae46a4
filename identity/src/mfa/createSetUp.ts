import type { FastifyReply } from 'fastify';
import { toDataURL } from 'qrcode';
import type { Account } from '../accounts/createAccounts.ts';
import type { FormPlace } from '../pages/forms.ts';
import type { FormFields } from '../signIn/readForm.ts';
import type { Throttle } from '../signIn/createThrottle.ts';
import { waitText } from '../signIn/waitText.ts';
import type { SmsCodes } from '../sms/createSmsCodes.ts';
import { readPhoneNumber } from '../sms/phoneNumber.ts';
import type { FactorKind, Factors } from './createFactors.ts';
import type { Passkeys } from './createPasskeys.ts';
import { setUpPage, telephonePage, type SetUpReason } from './setUpPages.ts';
import type { SetUpState } from './setUpState.ts';
import { newTotpSecret, totpUri } from './totp.ts';

/** Where a factor is being set up: in a sign-in, or on the account page. */
export type SetUpAt = Readonly<{
  /** Names the sign-in or the session: a code that is sent holds there only. */
  id: string;
  account: Account;
  /** The network address of the person. */
  address: string;
  place: FormPlace;
  fields: FormFields;
  reason: SetUpReason;
  state: SetUpState;
  keep: (state: SetUpState) => Promise<void>;
  show: (content: string, status?: number, scripts?: boolean) => FastifyReply;
  /** What follows when the factor is there. */
  added: (kind: FactorKind) => Promise<FastifyReply>;
}>;

type Page = (at: SetUpAt) => Promise<FastifyReply>;

/** The pages that set a second factor up, wherever they are asked for. */
export type SetUp = Readonly<{
  ask: (at: SetUpAt, wrong?: string | null, status?: number) => Promise<FastifyReply>;
  takeTotp: Page;
  takePasskey: Page;
  takeTelephone: Page;
  takeTelephoneCode: Page;
}>;

export type SetUpOptions = Readonly<{
  factors: Factors;
  passkeys: Passkeys;
  /** Null where nobody carries text messages. */
  smsCodes: SmsCodes | null;
  /** By account: a code has six digits. */
  throttle: Throttle;
}>;

export const createSetUp = ({ factors, passkeys, smsCodes, throttle }: SetUpOptions): SetUp => {
  const ask: SetUp['ask'] = async (at, wrong = null, status = wrong === null ? 200 : 401) => {
    const { account, state, reason } = at;
    const secret = state.totpSecret ?? newTotpSecret();
    const { options: passkey, challenge } = await passkeys.askToCreate(account);
    await at.keep({ ...state, totpSecret: secret, challenge });
    const qrCode = await toDataURL(totpUri(secret, account.email), { width: 240, margin: 2 });
    const telephone = smsCodes === null ? null : (account.phone ?? '');
    return at.show(setUpPage(at.place, { qrCode, secret, passkey, telephone, reason, wrong }), status, true);
  };

  return {
    ask,

    takeTotp: async (at) => {
      const { accountId, totpSecret } = at.state;
      if (totpSecret === undefined) return ask(at);
      const attempt = await throttle.begin(accountId);
      if (!attempt.allowed) return ask(at, tooMany(attempt.retryAfter), 429);
      const added = await factors.addTotp(accountId, totpSecret, at.fields.get('code') ?? '');
      if (!added) return ask(at, 'This is not the code of that QR code. Type the one the app shows now.');
      await throttle.succeeded(accountId);
      return at.added('totp');
    },

    takePasskey: async (at) => {
      const { accountId, challenge } = at.state;
      if (challenge === undefined) return ask(at);
      const added = await passkeys.add(accountId, at.fields.get('credential') ?? '', challenge);
      return added ? at.added('passkey') : ask(at, 'The passkey could not be set up. Try again, or use an app.');
    },

    takeTelephone: async (at) => {
      if (smsCodes === null) return ask(at);
      const number = readPhoneNumber(at.fields.get('telephone') ?? '');
      if (number === null) return ask(at, 'This is not a telephone number with its country, such as +1 202 555 0142.');
      const { accountId } = at.state;
      const sent = await smsCodes.send({ accountId, number, place: at.id, address: at.address });
      if (!sent.sent) return ask(at, notSent(sent.retryAfter), sent.retryAfter === null ? 503 : 429);
      await at.keep({ ...at.state, number });
      return at.show(telephonePage(at.place, { number, wrong: null }));
    },

    takeTelephoneCode: async (at) => {
      const { accountId, number } = at.state;
      if (smsCodes === null || number === undefined) return ask(at);
      const again = (wrong: string, status: number) => at.show(telephonePage(at.place, { number, wrong }), status);
      const attempt = await throttle.begin(accountId);
      if (!attempt.allowed) return again(tooMany(attempt.retryAfter), 429);
      if (!(await smsCodes.check({ place: at.id, number, code: at.fields.get('code') ?? '' })))
        return again('This code is not right, or is too old.', 401);
      await throttle.succeeded(accountId);
      await factors.addTelephone(accountId, number);
      return at.added('sms');
    },
  };
};

/** What somebody is told who has tried too often. */
export const tooMany = (seconds: number): string => `Too many attempts. Wait ${waitText(seconds)}, then try again.`;

/** What somebody is told whose text message was not sent. */
export const notSent = (retryAfter: number | null): string =>
  retryAfter === null
    ? 'The text message could not be sent. Try again later, or use another way.'
    : `Three text messages an hour are all there are. Wait ${waitText(retryAfter)}, or use another way.`;

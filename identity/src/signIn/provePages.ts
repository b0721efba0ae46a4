import { cancelForm, codeInput, form, passkeyForm, type FormPlace } from '../pages/forms.ts';
import { html, type Html } from '../pages/html.ts';
import { page, problem } from '../pages/layout.ts';

/** A telephone that a code can be sent to. */
export type Telephone = Readonly<{ id: string; masked: string }>;

export type Proof = Readonly<{
  wrong: string | null;
  /** What the browser is asked for, where the account has a passkey. */
  passkey: string | null;
  hasApp: boolean;
  telephones: readonly Telephone[];
}>;

const sendForm = (place: FormPlace, { id, masked }: Telephone, text: string): Html =>
  form(
    place,
    'send-sms',
    html`<input type="hidden" name="factor" value="${id}" /><button class="second">${text} ${masked}</button>`,
  );

/** Asks for the second factor: passkey, code of an authenticator app, text message, or a backup code. */
export const provePage = (place: FormPlace, { wrong, passkey, hasApp, telephones }: Proof): string =>
  page(
    'Confirm that it is you',
    html`${problem(wrong)}
    ${form(
      place,
      'code',
      html`${codeInput(hasApp ? 'Code from your authenticator app' : 'Backup code')}
        ${hasApp ? html`<p class="hint">Without your device, type one of your backup codes.</p>` : null}
        <button>Continue</button>`,
    )}
    ${passkey === null ? null : passkeyForm(place, { step: 'use-passkey', kind: 'use', options: passkey, text: 'Use your passkey' })}
    ${telephones.map((telephone) => sendForm(place, telephone, 'Text a code to'))} ${cancelForm(place)}`,
  );

/** Asks for the code that was just sent; the way back is to ask for another, or to another factor. */
export const smsCodePage = (
  place: FormPlace,
  { wrong, telephone }: Readonly<{ wrong: string | null; telephone: Telephone }>,
): string =>
  page(
    'Type the code we sent',
    html`<p>A text message with six digits is on its way to ${telephone.masked}. They are good for five minutes.</p>
      ${problem(wrong)}
      ${form(place, 'sms', html`${codeInput('Code from the text message', { digits: true })}<button>Continue</button>`)}
      ${sendForm(place, telephone, 'Send another code to')}
      <p><a href="${place.base}">Use another way</a></p>
      ${cancelForm(place)}`,
  );

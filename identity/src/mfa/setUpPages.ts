import { cancelForm, codeInput, form, passkeyForm, type FormPlace } from '../pages/forms.ts';
import { html, type Html } from '../pages/html.ts';
import { page, problem } from '../pages/layout.ts';

/** Why a factor is set up. */
export type SetUpReason =
  | Readonly<{ kind: 'demanded' }>
  /** It may wait until then. */
  | Readonly<{ kind: 'offered'; until: Date }>
  /** The person came for it. */
  | Readonly<{ kind: 'wished' }>;

export type SetUpContent = Readonly<{
  /** A data: URL of the QR code. */
  qrCode: string;
  secret: string;
  /** What the browser is asked for to make a passkey instead. */
  passkey: string;
  /** The number that text messages would go to, to begin with; null where nobody carries them. */
  telephone: string | null;
  reason: SetUpReason;
  wrong: string | null;
}>;

/** Sets a second factor up: an app by its QR code (and the same as text), a passkey, or text messages. */
export const setUpPage = (place: FormPlace, content: SetUpContent): string => {
  const { qrCode, secret, passkey, telephone, reason, wrong } = content;
  return page(
    'Set up a second factor',
    html`<p>${reasonText(reason)} Scan this with an authenticator app, then type the code that it shows.</p>
      ${problem(wrong)}
      <img src="${qrCode}" width="240" height="240" alt="QR code for an authenticator app; the same is below as text" />
      <p class="hint">
        Or type this into the app: <code>${inGroups(secret)}</code> (time-based, SHA-256, 6 digits, 30 seconds)
      </p>
      ${form(place, 'totp', html`${codeInput('Code that the app shows', { digits: true })}<button>Set up</button>`)}
      ${passkeyForm(place, { step: 'passkey', kind: 'create', options: passkey, text: 'Use a passkey instead' })}
      ${telephone === null ? null : telephoneForm(place, telephone)}
      ${reason.kind === 'offered' ? form(place, 'later', html`<button class="second">Later</button>`) : null}
      ${cancelForm(place)}`,
  );
};

const telephoneForm = (place: FormPlace, number: string): Html =>
  form(
    place,
    'telephone',
    html`<label for="telephone">Or a telephone for text messages, with its country: +1 202 555 0142</label>
      <input id="telephone" name="telephone" type="tel" required maxlength="32" autocomplete="tel" value="${number}" />
      <button class="second">Send a code there</button>`,
  );

/** The proof that a telephone is at hand. */
export const telephonePage = (
  place: FormPlace,
  { number, wrong }: Readonly<{ number: string; wrong: string | null }>,
): string =>
  page(
    'Type the code we sent',
    html`<p>A text message with six digits is on its way to ${number}. They are good for five minutes.</p>
      ${problem(wrong)}
      ${form(
        place,
        'telephone-code',
        html`${codeInput('Code from the text message', { digits: true })}<button>Set up</button>`,
      )}
      ${form(
        place,
        'telephone',
        html`<input type="hidden" name="telephone" value="${number}" /><button class="second">
            Send another code
          </button>`,
      )}
      ${cancelForm(place)}`,
  );

/** Backup codes, seen this once. */
export const backupCodesPage = (place: FormPlace, codes: readonly string[]): string =>
  page(
    'Your backup codes',
    html`<p>
        Each of these signs you in once, should you lose your device. Keep them in a safe place: they are not shown
        again.
      </p>
      <ul>
        ${codes.map((code) => html`<li><code>${code}</code></li>`)}
      </ul>
      ${form(place, 'done', html`<button autofocus>I have kept them</button>`)}`,
  );

const reasonText = (reason: SetUpReason): string => {
  switch (reason.kind) {
    case 'demanded':
      return 'What you are about to do needs a second factor.';
    case 'offered':
      return `Your account needs a second factor from ${dateText(reason.until)} on.`;
    case 'wished':
      return 'From then on you are asked for it at each sign-in.';
  }
};

const inGroups = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

const dateText = (date: Date): string =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

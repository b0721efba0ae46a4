import { html, type Html } from '../pages/html.ts';
import { page, problem } from '../pages/layout.ts';
import { passkeyScriptPath } from '../pages/passkeyScript.ts';
import { cancelForm, form, signInPath, type FormPlace } from './signInPages.ts';

const codeInput = (label: string): Html =>
  html`<label for="code">${label}</label>
    <input
      id="code"
      name="code"
      type="text"
      required
      autofocus
      maxlength="32"
      autocomplete="one-time-code"
      autocapitalize="characters"
      spellcheck="false"
    />`;

/** A form that the browser's passkeys fill in; hidden until the script finds that it can. */
const passkeyForm = (
  place: FormPlace,
  { kind, options, text }: Readonly<{ kind: 'create' | 'use'; options: string; text: string }>,
): Html =>
  html`<form
      method="post"
      action="${signInPath(place.uid, kind === 'create' ? 'passkey' : 'use-passkey')}"
      data-passkey="${kind}"
      data-options="${options}"
      hidden
    >
      <input type="hidden" name="form_token" value="${place.formToken}" />
      <input type="hidden" name="credential" value="" />
      <p class="problem" role="alert" hidden>The passkey could not be used. Try again, or use another way.</p>
      <button class="second">${text}</button>
    </form>
    <script src="${passkeyScriptPath}" defer></script>`;

/** Asks for the second factor: a passkey where there is one, the code of an authenticator app, or a backup code. */
export const provePage = (
  place: FormPlace,
  { wrong, passkey, hasApp }: Readonly<{ wrong: string | null; passkey: string | null; hasApp: boolean }>,
): string =>
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
    ${passkey === null ? null : passkeyForm(place, { kind: 'use', options: passkey, text: 'Use your passkey' })}
    ${cancelForm(place)}`,
  );

export type SetUp = Readonly<{
  /** A data: URL of the QR code. */
  qrCode: string;
  secret: string;
  /** What the browser is asked for to make a passkey instead. */
  passkey: string;
  /** When a second factor is only offered: until when it may wait. */
  until: Date | null;
  wrong: string | null;
}>;

/** Sets an authenticator app up: the QR code, the same as text, and the proof that it was read. */
export const setUpPage = (place: FormPlace, { qrCode, secret, passkey, until, wrong }: SetUp): string =>
  page(
    'Set up a second factor',
    html`<p>
        ${until === null ? 'What you are about to do needs a second factor.' : `Your account needs a second factor from ${dateText(until)} on.`}
        Scan this with an authenticator app, then type the code that it shows.
      </p>
      ${problem(wrong)}
      <img src="${qrCode}" width="240" height="240" alt="QR code for an authenticator app; the same is below as text" />
      <p class="hint">
        Or type this into the app: <code>${inGroups(secret)}</code> (time-based, SHA-256, 6 digits, 30 seconds)
      </p>
      ${form(place, 'totp', html`${codeInput('Code that the app shows')}<button>Set up</button>`)}
      ${passkeyForm(place, { kind: 'create', options: passkey, text: 'Use a passkey instead' })}
      ${until === null ? null : form(place, 'later', html`<button class="second">Later</button>`)} ${cancelForm(place)}`,
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

const inGroups = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

const dateText = (date: Date): string =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

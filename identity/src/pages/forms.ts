import { html, type Html } from './html.ts';
import { passkeyScriptPath } from './passkeyScript.ts';

/** What every form of a page has: the path below which it goes, and the proof that it is ours. */
export type FormPlace = Readonly<{ base: string; formToken: string }>;

/** Where a form starts and what it brings; its content has the button. */
export const form = ({ base, formToken }: FormPlace, step: string, content: Html): Html =>
  html`<form method="post" action="${base}/${step}">
    <input type="hidden" name="form_token" value="${formToken}" />
    ${content}
  </form>`;

export const cancelForm = (place: FormPlace): Html =>
  form(place, 'cancel', html`<button class="second">Cancel</button>`);

/** Where a code is typed in. `digits` brings up the keyboard for digits alone. */
export const codeInput = (label: string, { digits = false, focus = true } = {}): Html =>
  html`<label for="code">${label}</label>
    <input
      id="code"
      name="code"
      type="text"
      required
      ${focus ? html`autofocus` : null}
      maxlength="32"
      autocomplete="one-time-code"
      ${digits ? html`inputmode="numeric"` : html`autocapitalize="characters"`}
      spellcheck="false"
    />`;

export type PasskeyForm = Readonly<{ step: string; kind: 'create' | 'use'; options: string; text: string }>;

/** A form that the browser's passkeys fill in; hidden until the script finds that it can. One for each page. */
export const passkeyForm = ({ base, formToken }: FormPlace, { step, kind, options, text }: PasskeyForm): Html =>
  html`<form method="post" action="${base}/${step}" data-passkey="${kind}" data-options="${options}" hidden>
      <input type="hidden" name="form_token" value="${formToken}" />
      <input type="hidden" name="credential" value="" />
      <p class="problem" role="alert" hidden>The passkey could not be used. Try again, or use another way.</p>
      <button class="second">${text}</button>
    </form>
    <script src="${passkeyScriptPath}" defer></script>`;

import { cancelForm, form, passkeyForm, type FormPlace } from '../pages/forms.ts';
import { html } from '../pages/html.ts';
import { page, problem } from '../pages/layout.ts';
import { scopeTexts } from '../provider/scopes.ts';

/** The path of a sign-in under way; its forms go below. */
export const signInPath = (uid: string): string => `/oauth2/sign-in/${encodeURIComponent(uid)}`;

/** E-mail address and password, or a passkey without either. What is wrong is never said more exactly than that both do not go together. */
export const passwordPage = (
  place: FormPlace,
  {
    client,
    email,
    password,
    passkey,
    wrong,
  }: Readonly<{ client: string; email: string; password: string; passkey: string; wrong: string | null }>,
): string =>
  page(
    'Sign in',
    html`<p>to go on to ${client}</p>
      ${problem(wrong)}
      ${form(
        place,
        'password',
        html`<label for="email">E-mail address</label>
          <input
            id="email"
            name="email"
            type="email"
            required
            maxlength="320"
            autocomplete="username"
            value="${email}"
            ${email === '' ? html`autofocus` : null}
          />
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            required
            maxlength="1024"
            autocomplete="current-password"
            value="${password}"
            ${email === '' ? null : html`autofocus`}
          />
          ${password === '' ? null : html`<p class="hint">This is a demo account: its password is filled in.</p>`}
          <button>Sign in</button>`,
      )}
      ${passkeyForm(place, { step: 'passkey-sign-in', kind: 'use', options: passkey, text: 'Sign in with a passkey' })}
      ${cancelForm(place)}`,
  );

/** What a program asks for, in words, and the two answers. */
export const consentPage = (
  place: FormPlace,
  { client, name, scopes }: Readonly<{ client: string; name: string; scopes: readonly string[] }>,
): string =>
  page(
    `Allow ${client}?`,
    html`<p>You are signed in as ${name}. ${client} would like to${scopes.length === 0 ? ' act for you.' : ':'}</p>
      ${
        scopes.length === 0
          ? null
          : html`<ul>
              ${scopes.map((scope) => html`<li>${scopeTexts[scope] ?? scope}</li>`)}
            </ul>`
      }
      ${form(place, 'consent', html`<button>Allow</button>`)} ${cancelForm(place)}`,
  );

/** When a form cannot be taken: too late, from elsewhere, or sent twice. */
export const goBackPage = (): string =>
  page('This sign-in has expired', html`<p>Go back to the app and sign in again.</p>`);

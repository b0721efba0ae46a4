import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { formTarget, pageHeaders } from '../pages/headers.ts';
import { html, type Html } from '../pages/html.ts';
import { page, problem } from '../pages/layout.ts';

type Features = NonNullable<Configuration['features']>;
type DeviceFlow = Pick<
  NonNullable<Features['deviceFlow']>,
  'userCodeInputSource' | 'userCodeConfirmSource' | 'successSource'
>;
type Logout = Pick<NonNullable<Features['rpInitiatedLogout']>, 'logoutSource' | 'postLogoutSuccessSource'>;

const send = (ctx: KoaContextWithOIDC, title: string, content: Html, formTargets: readonly string[] = []): void => {
  ctx.set({ ...pageHeaders(formTargets) });
  ctx.body = page(title, content);
};

/** The value that oidc-provider put into the session to know its own form by. */
const xsrf = (ctx: KoaContextWithOIDC): Html =>
  html`<input type="hidden" name="xsrf" value="${String(ctx.oidc.session?.state?.['secret'] ?? '')}" />`;

const nameOf = (ctx: KoaContextWithOIDC): string =>
  ctx.oidc.client?.clientName ?? ctx.oidc.client?.clientId ?? 'the app';

const codeProblem = (error: unknown): string | null => {
  if (error === undefined) return null;
  if (error instanceof Error && error.name === 'AbortedError') return 'You have refused. Nothing was signed in.';
  return 'This code is not valid. Check what your device shows.';
};

const deviceFlow: DeviceFlow = {
  userCodeInputSource: (ctx, _form, _out, error) =>
    send(
      ctx,
      'Connect a device',
      html`${problem(codeProblem(error))}
        <form method="post" action="${ctx.oidc.urlFor('code_verification')}">
          ${xsrf(ctx)}
          <label for="user_code">The code that your device shows</label>
          <input
            id="user_code"
            name="user_code"
            type="text"
            required
            autofocus
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
          />
          <button>Continue</button>
        </form>`,
    ),
  userCodeConfirmSource: (ctx, _form, _client, _device, userCode) =>
    send(
      ctx,
      'Connect this device?',
      html`<p>${nameOf(ctx)} asks to be signed in. Go on only if your device shows this code:</p>
        <p><code>${userCode}</code></p>
        <form method="post" action="${ctx.oidc.urlFor('code_verification')}">
          ${xsrf(ctx)}
          <input type="hidden" name="user_code" value="${userCode}" />
          <input type="hidden" name="confirm" value="yes" />
          <button>Continue</button>
          <button class="second" name="abort" value="yes">It is not mine</button>
        </form>`,
    ),
  successSource: (ctx) => send(ctx, 'Your device is connected', html`<p>You can close this page.</p>`),
};

const logout: Logout = {
  logoutSource: (ctx) =>
    send(
      ctx,
      'Sign out?',
      html`<form method="post" action="${ctx.oidc.urlFor('end_session_confirm')}">
        ${xsrf(ctx)}
        <button autofocus name="logout" value="yes">Sign out</button>
        <button class="second">Stay signed in</button>
      </form>`,
      formTarget(ctx.oidc.session?.state?.['postLogoutRedirectUri']),
    ),
  postLogoutSuccessSource: (ctx) => send(ctx, 'You are signed out', html`<p>You can close this page.</p>`),
};

/** Only what the standards say may be told: name and description of the protocol error, never a cause. */
const renderError: NonNullable<Configuration['renderError']> = (ctx, out, error) => {
  const expired = error instanceof errors.SessionNotFound;
  send(
    ctx,
    expired ? 'This sign-in has expired' : 'This did not work',
    expired
      ? html`<p>Go back to the app and sign in again.</p>`
      : html`<p>The app has asked for something that is not possible. Go back to it and try again.</p>
          <p class="hint">${out.error}${out.error_description === undefined ? null : `: ${out.error_description}`}</p>`,
  );
};

/** Pages that oidc-provider sends itself, in our clothes and with our headers. */
export const providerPages = { deviceFlow, logout, renderError } as const;

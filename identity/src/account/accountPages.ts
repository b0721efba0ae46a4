import type { Factor, FactorKind } from '../mfa/createFactors.ts';
import { form, type FormPlace } from '../pages/forms.ts';
import { html, type Html } from '../pages/html.ts';
import { page, problem } from '../pages/layout.ts';
import { scopeTexts } from '../provider/scopes.ts';
import type { Access } from './createAccess.ts';
import { accountPath } from './accountClient.ts';

export type AccountContent = Readonly<{
  name: string;
  email: string;
  factors: readonly Factor[];
  backupCodesLeft: number;
  access: readonly Access[];
  /** Signed in so lately, and so well, that factors can be changed. */
  fresh: boolean;
  /** What was done just now. */
  done: string | null;
  wrong: string | null;
}>;

const kindTexts: Readonly<Record<FactorKind, string>> = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  sms: 'Text messages',
};

/** Everything that belongs to an account and is kept here: second factors, and programs that may act for its owner. */
export const accountPage = (place: FormPlace, content: AccountContent): string =>
  page(
    'Your account',
    html`<p>You are signed in as ${content.name} (${content.email}).</p>
      ${content.done === null ? null : html`<p class="done" role="status">${content.done}</p>`}
      ${problem(content.wrong)}
      <h2>Second factors</h2>
      ${content.factors.length === 0 ? html`<p>There are none: your password alone signs you in.</p>` : factorList(place, content)}
      ${content.fresh ? changeForms(place, content) : confirmForm(place)}
      <h2>Programs that may act for you</h2>
      ${
        content.access.length === 0
          ? html`<p>There are none.</p>`
          : html`<ul class="cards">
              ${content.access.map((access) => accessItem(place, access))}
            </ul>`
      }
      <p><a href="/oauth2/logout">Sign out</a></p>`,
  );

const factorText = ({ kind, masked }: Factor): string => `${kindTexts[kind]}${masked === null ? '' : ` ${masked}`}`;

const factorList = (place: FormPlace, { factors, backupCodesLeft, fresh }: AccountContent): Html =>
  html`<ul class="cards">
      ${factors.map(
        (factor) =>
          html`<li>
            <strong>${factorText(factor)}</strong>
            <p class="hint">
              Since
              ${dateText(factor.createdAt)}${factor.usedAt === null ? '' : `, last used on ${dateText(factor.usedAt)}`}
            </p>
            ${
              fresh
                ? form(
                    place,
                    'remove',
                    html`<input type="hidden" name="factor" value="${factor.id}" />
                      <button class="second" aria-label="Remove ${factorText(factor)}">Remove</button>`,
                  )
                : null
            }
          </li>`,
      )}
    </ul>
    <p>${backupCodesLeft} backup codes are left.</p>`;

const changeForms = (place: FormPlace, { factors }: AccountContent): Html =>
  html`${form(place, 'add', html`<button>Add a second factor</button>`)}
  ${
    factors.length === 0
      ? null
      : form(place, 'backup-codes', html`<button class="second">Make new backup codes</button>`)
  }`;

const confirmForm = (place: FormPlace): Html =>
  form(
    place,
    'confirm',
    html`<p class="hint">To change them, confirm that it is you.</p>
      <button>Change second factors</button>`,
  );

const accessItem = (place: FormPlace, { clientId, name, scopes, firstParty, since }: Access): Html =>
  html`<li>
    <strong>${name}</strong>
    <p class="hint">
      Since ${dateText(since)}.
      ${firstParty ? 'It is one of ours and may do what you may.' : scopes.map((scope) => scopeTexts[scope] ?? scope).join('. ')}
    </p>
    ${form(
      place,
      'withdraw',
      html`<input type="hidden" name="client" value="${clientId}" />
        <button class="second" aria-label="Withdraw access of ${name}">Withdraw access</button>`,
    )}
  </li>`;

/** For somebody who is not signed in, and came back from being asked to be. */
export const signedOutPage = (): string =>
  page(
    'Your account',
    html`<p>You are not signed in.</p>
      <p><a href="${accountPath}">Sign in</a></p>`,
  );

const dateText = (date: Date): string =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

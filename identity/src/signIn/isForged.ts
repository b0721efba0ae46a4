import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FormFields } from './readForm.ts';

/**
 * Whether a form comes from another site: it lacks the token that only our page for this very sign-in has, or the
 * browser says that another origin sent it. Both are asked, since either may be missing in an old browser.
 */
export const isForged = (
  headers: IncomingHttpHeaders,
  fields: FormFields,
  { origin, formToken }: Readonly<{ origin: string; formToken: string }>,
): boolean => {
  if (headers.origin !== undefined && headers.origin !== origin) return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return true;
  const [given, wanted] = [Buffer.from(fields.get('form_token') ?? ''), Buffer.from(formToken)];
  return given.length !== wanted.length || !timingSafeEqual(given, wanted);
};

import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from '../pages/headers.ts';
import { html } from '../pages/html.ts';
import { page } from '../pages/layout.ts';
import { routes } from '../provider/routes.ts';
import { waitText } from '../signIn/waitText.ts';
import { readClaimed } from './claimedClient.ts';
import type { RequestLimit } from './createRequestLimit.ts';

export type OAuthLimitsOptions = Readonly<{
  limit: RequestLimit;
  /** Requests of one program from one address to the token endpoint. */
  tokensPerMinute: number;
}>;

/** Many people may share an address, and what they use is not one program. */
const addressFactor = 10;

/** Each one that begins is kept for half an hour, whoever began it. Many people may share an address. */
const signInsPerMinute = 300;

/** Devices ask for a code once in a while, and people type one in. */
const devicesPerMinute = 20;

/**
 * Holds back who begins too many sign-ins, by address, and who asks too much of the token and device endpoints: by the client that a request says it is from, together
 * with its address (so that nobody uses up what is another's), and by address. @returns whether the request was answered
 */
export const createOAuthLimits = ({
  limit,
  tokensPerMinute,
}: OAuthLimitsOptions): ((request: FastifyRequest, reply: FastifyReply) => Promise<boolean>) => {
  const perMinute: Readonly<Record<string, number>> = {
    [routes.token]: tokensPerMinute,
    [routes.device_authorization]: devicesPerMinute,
    [routes.code_verification]: devicesPerMinute,
  };

  return async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (path === routes.authorization) {
      const wait = await limit([{ name: `${path}:${request.ip}`, perMinute: signInsPerMinute }]);
      if (wait > 0) tooManyPage(reply, 'Sign in', wait);
      return wait > 0;
    }
    const most = perMinute[path];
    if (request.method !== 'POST' || most === undefined) return false;
    const { clientId, grantType } = await readClaimed(request.raw);
    const wait = await limit([
      { name: `${path}:${request.ip}`, perMinute: most * addressFactor },
      ...(path === routes.code_verification
        ? [{ name: `${path}:person:${request.ip}`, perMinute: most }]
        : [{ name: `${path}:${request.ip}:${clientId ?? ''}`, perMinute: most }]),
    ]);
    if (wait === 0) return false;
    if (path === routes.code_verification) tooManyPage(reply, 'Connect a device', wait);
    else {
      void reply.code(429).header('retry-after', String(wait));
      // A device that asks whether its code was typed in knows this one word for it (RFC 8628, section 3.5).
      const error = grantType === deviceCode ? 'slow_down' : 'temporarily_unavailable';
      const description = `too many requests, try again in ${wait} seconds`;
      void reply.header('cache-control', 'no-store').send({ error, error_description: description });
    }
    return true;
  };
};

const tooManyPage = (reply: FastifyReply, title: string, wait: number): void => {
  const text = `Too many attempts. Wait ${waitText(wait)}, then try again.`;
  void reply
    .code(429)
    .header('retry-after', String(wait))
    .headers(pageHeaders())
    .send(page(title, html`<p class="problem" role="alert">${text}</p>`));
};

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

import { DomainError } from '@supergraph/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Agent, type Dispatcher } from 'undici';
import { errorBody } from '../formatError.ts';
import type { ClientAddress } from '../http/clientAddress.ts';

export type IdentityProxyOptions = Readonly<{
  /** Of the identity service, without a path. */
  url: string;
  clientAddress: ClientAddress;
}>;

/** Headers of one connection (RFC 9110, section 7.6.1), and what only we say about a client. */
const notForwarded = new Set([
  'connection',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

/** Cross-origin headers are the gateway's: it knows which origins may call. */
const isReturned = (name: string): boolean =>
  !['connection', 'keep-alive', 'transfer-encoding'].includes(name) && !name.startsWith('access-control-');

const unavailable = new DomainError('IDENTITY_UNAVAILABLE', 'Nobody can sign in at the moment. Try again.');

/** Forwards `/oauth2/` and `/.well-known/` to the identity service as they are, so that clients see one address. */
export const addIdentityProxy = (app: FastifyInstance, { url, clientAddress }: IdentityProxyOptions): void => {
  const dispatcher = new Agent({ connect: { timeout: 5_000 }, headersTimeout: 30_000, bodyTimeout: 30_000 });
  app.addHook('onClose', () => dispatcher.destroy());

  const forward = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const headers: Record<string, string | string[]> = { 'x-forwarded-for': clientAddress(request.raw) };
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined && !notForwarded.has(name)) headers[name] = value;
    headers['x-request-id'] = request.id;
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    let answer: Dispatcher.ResponseData;
    try {
      answer = await dispatcher.request({
        origin: url,
        path: request.raw.url ?? '/',
        method: request.method as Dispatcher.HttpMethod,
        headers,
        body: hasBody ? request.raw : null,
      });
    } catch (error) {
      request.log.warn({ err: error, requestId: request.id }, 'the identity service does not answer');
      return reply.code(503).header('retry-after', '1').send(errorBody(unavailable));
    }
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined && isReturned(name)) reply.header(name, value);
    return reply.code(answer.statusCode).send(answer.body);
  };

  void app.register(async (scope) => {
    // Bodies go on as they come: the gateway has no business with passwords and codes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    const method: ('GET' | 'POST')[] = ['GET', 'POST'];
    scope.route({ method, url: '/oauth2/*', handler: forward });
    scope.route({ method: 'GET', url: '/.well-known/*', handler: forward });
  });
};

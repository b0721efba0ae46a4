import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from 'node:http';
import * as http2 from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { z } from 'zod';
import { createSelfSigned } from '../../../test/upstream/selfSigned.ts';
import { until } from '../../../test/startTestGateway.ts';
import { upstreamConfig } from '../upstream/upstreamConfig.ts';
import { createTransport, type Transport } from './transport.ts';

type Request = IncomingMessage | http2.Http2ServerRequest;
type Response = ServerResponse | http2.Http2ServerResponse;
type Exchange = Readonly<{ request: Request; response: Response; body: string }>;
type Settings = z.input<typeof upstreamConfig>['connection'];
type Protocol = 'HTTP/1.1' | 'HTTP/1.1 with TLS' | 'HTTP/2' | 'HTTP/2 without TLS';

const everyProtocol: readonly [Protocol][] = [['HTTP/1.1'], ['HTTP/1.1 with TLS'], ['HTTP/2'], ['HTTP/2 without TLS']];

let tls: ReturnType<typeof createSelfSigned>;
let caFile: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  tls = createSelfSigned();
  caFile = join(mkdtempSync(join(tmpdir(), 'ca-')), 'ca.pem');
  writeFileSync(caFile, tls.cert);
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const serverOf = (protocol: Protocol, answer: (request: Request, response: Response) => void): Server => {
  switch (protocol) {
    case 'HTTP/1.1':
      return createHttp1Server(answer);
    case 'HTTP/1.1 with TLS':
      return createHttpsServer(tls, answer);
    case 'HTTP/2':
      return http2.createSecureServer({ ...tls, allowHTTP1: true }, answer);
    case 'HTTP/2 without TLS':
      return http2.createServer(answer);
  }
};

/** Their two kinds of `write` have no common type. */
const begin = (response: Response, part: string | Buffer): void => {
  if ('stream' in response) response.write(part);
  else response.write(part);
};

const fine = '{"data":{"ok":true}}';

const start = async (protocol: Protocol, settings: Settings = {}, timeoutSeconds = 30) => {
  const exchanges: Exchange[] = [];
  const connections: Socket[] = [];
  const sessions: http2.ServerHttp2Session[] = [];
  let open = 0;
  let abandoned = 0;
  let behaviour = ({ response }: Exchange): void => void response.end(fine);

  const server = serverOf(protocol, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.on('close', () => {
        if (!response.writableEnded) abandoned += 1;
      });
      response.on('error', () => {});
      const exchange = { request, response, body: Buffer.concat(chunks).toString() };
      exchanges.push(exchange);
      behaviour(exchange);
    });
  });
  server.on('connection', (socket: Socket) => {
    connections.push(socket);
    open += 1;
    socket.on('error', () => {});
    socket.on('close', () => (open -= 1));
  });
  server.on('session', (session: http2.ServerHttp2Session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const secure = protocol === 'HTTP/1.1 with TLS' || protocol === 'HTTP/2';
  const url = new URL(`${secure ? 'https' : 'http'}://127.0.0.1:${port}/graphql?a=1`);

  const transport = createTransport({
    connection: () =>
      upstreamConfig.parse({
        connection: { caFile, ...(protocol === 'HTTP/2 without TLS' && { http2: 'prior-knowledge' }), ...settings },
      }).connection,
    connectSeconds: 30,
    timeoutSeconds,
  });
  ends.push(async () => {
    for (const socket of connections) socket.destroy();
    await Promise.all([transport.close(), new Promise((resolve) => server.close(resolve))]);
  });
  return {
    url,
    transport,
    exchanges,
    sessions,
    connections,
    open: () => open,
    abandoned: () => abandoned,
    become: (next: typeof behaviour) => {
      behaviour = next;
    },
  };
};

const send = (transport: Transport, url: URL, body = '{"query":"{ ok }"}') => {
  let giveUp: () => void = () => {};
  const outcome = new Promise<{ error: Error | null; text: string; status?: number; retryAfter?: string | undefined }>(
    (resolve) => {
      giveUp = transport.send(
        { subgraph: 'orders', url, headers: { 'content-type': 'application/json' }, body },
        (error, text, response) =>
          resolve({ error, text, ...(response && { status: response.status, retryAfter: response.retryAfter }) }),
      );
    },
  );
  return { outcome, giveUp };
};
const ask = (transport: Transport, url: URL, body?: string) => send(transport, url, body).outcome;

describe.each(everyProtocol)('over %s', (protocol) => {
  test('a request arrives as it was, and its answer comes back', async () => {
    const subgraph = await start(protocol);
    subgraph.become(({ response }) => {
      response.writeHead(503, { 'retry-after': '3' });
      response.end('{"é":1}');
    });
    const answered = await ask(subgraph.transport, subgraph.url, '{"query":"{ ü }"}');
    expect(answered).toEqual({ error: null, text: '{"é":1}', status: 503, retryAfter: '3' });
    const [seen] = subgraph.exchanges;
    expect([seen?.request.method, seen?.request.url, seen?.body]).toEqual([
      'POST',
      '/graphql?a=1',
      '{"query":"{ ü }"}',
    ]);
    expect(seen?.request.headers['content-type']).toBe('application/json');
    expect(seen?.request.httpVersion).toBe(protocol.startsWith('HTTP/2') ? '2.0' : '1.1');
  });

  test('a large answer in many pieces is whole', async () => {
    const subgraph = await start(protocol);
    const text = JSON.stringify({ data: Array.from({ length: 30_000 }, (_, index) => `Zeile ${index} – ü`) });
    subgraph.become(({ response }) => void response.end(text));
    expect((await ask(subgraph.transport, subgraph.url)).text).toBe(text);
  });

  test('a request that nobody waits for any more is aborted, and not answered', async () => {
    const subgraph = await start(protocol);
    subgraph.become(() => {});
    const { giveUp, outcome } = send(subgraph.transport, subgraph.url);
    await until(() => subgraph.exchanges.length === 1);
    giveUp();
    await until(() => subgraph.abandoned() === 1);
    expect(await Promise.race([outcome, Promise.resolve('nothing')])).toBe('nothing');
  });

  test('a request that is given up at once does no harm', async () => {
    const subgraph = await start(protocol);
    const { giveUp } = send(subgraph.transport, subgraph.url);
    giveUp();
    expect((await ask(subgraph.transport, subgraph.url)).text).toBe(fine);
  });

  test('a request that is not answered in time is aborted, and the next one goes another way', async () => {
    const subgraph = await start(protocol, {}, 2);
    await ask(subgraph.transport, subgraph.url);
    subgraph.become(({ body, response }) => {
      if (body !== 'slow') response.end(fine);
    });
    expect((await ask(subgraph.transport, subgraph.url, 'slow')).error?.message).toBe('No answer within 2 seconds.');
    await until(() => subgraph.abandoned() === 1);
    expect((await ask(subgraph.transport, subgraph.url)).text).toBe(fine);
    if (protocol.startsWith('HTTP/2')) expect(subgraph.connections).toHaveLength(2);
  });

  test('what was sent is not sent again when the connection breaks, before or in the answer', async () => {
    const subgraph = await start(protocol);
    await ask(subgraph.transport, subgraph.url);
    subgraph.become(({ response, body }) => {
      if (body === 'half') begin(response, '{"data":');
      setTimeout(() => subgraph.connections.forEach((socket) => socket.resetAndDestroy()), 5);
    });
    expect((await ask(subgraph.transport, subgraph.url, 'none')).error).not.toBeNull();
    expect((await ask(subgraph.transport, subgraph.url, 'half')).error).not.toBeNull();
    expect(subgraph.exchanges.map(({ body }) => body)).toEqual(['{"query":"{ ok }"}', 'none', 'half']);
    subgraph.become(({ response }) => void response.end(fine));
    expect((await ask(subgraph.transport, subgraph.url)).text).toBe(fine);
  });

  test('an origin where nobody listens is an error, for everybody who asks', async () => {
    const subgraph = await start(protocol);
    const nowhere = new URL(subgraph.url);
    nowhere.port = '1';
    const outcomes = await Promise.all([ask(subgraph.transport, nowhere), ask(subgraph.transport, nowhere)]);
    for (const { error } of outcomes) expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('connections are kept while somebody needs the origin, and closed when nobody does', async () => {
    const subgraph = await start(protocol, { idleSeconds: 60, maximum: 1 });
    const urls = new Map([['orders', subgraph.url]]);
    const [first, second] = [subgraph.transport.open(urls), subgraph.transport.open(urls)];
    await ask(subgraph.transport, subgraph.url);
    await first();
    await ask(subgraph.transport, subgraph.url);
    expect(subgraph.open()).toBe(1);
    await second();
    await until(() => subgraph.open() === 0);
    // A URL that is known from before gets new ones.
    expect((await ask(subgraph.transport, subgraph.url)).text).toBe(fine);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('an answer in %s is decompressed', async (encoding, compress) => {
    const subgraph = await start(protocol, { compression: true });
    const text = JSON.stringify({ data: Array.from({ length: 10_000 }, (_, index) => `ü ${index}`) });
    subgraph.become(({ response }) => {
      response.writeHead(200, { 'content-encoding': encoding });
      const compressed = compress(text);
      begin(response, compressed.subarray(0, 1000));
      setTimeout(() => response.end(compressed.subarray(1000)), 5);
    });
    expect(await ask(subgraph.transport, subgraph.url)).toMatchObject({ error: null, text });
    expect(subgraph.exchanges[0]?.request.headers['accept-encoding']).toBe('gzip, br;q=0.9');
  });

  test.each<[string, string, Buffer, RegExp]>([
    ['in an encoding that was not asked for', 'zstd', Buffer.from('x'), /encoded in zstd/],
    ['that is not what its encoding says', 'gzip', Buffer.from('x'.repeat(100)), /incorrect header check/],
    ['that ends too soon', 'gzip', gzipSync('x'.repeat(100)).subarray(0, 20), /unexpected end/],
    ['that grows beyond the limit', 'gzip', gzipSync(Buffer.alloc(50_000)), /more than 10000 bytes/],
    ['that is beyond the limit', 'identity', Buffer.alloc(50_000), /more than 10000 bytes/],
  ])('an answer %s is an error', async (_, encoding, bytes, message) => {
    const subgraph = await start(protocol, { compression: true, maxAnswerBytes: 10_000 });
    subgraph.become(({ response }) => {
      response.writeHead(200, { 'content-encoding': encoding });
      response.end(bytes);
    });
    expect((await ask(subgraph.transport, subgraph.url)).error?.message).toMatch(message);
  });
});

test('subgraphs are not asked to compress unless the configuration says so', async () => {
  const subgraph = await start('HTTP/1.1');
  await ask(subgraph.transport, subgraph.url);
  expect(subgraph.exchanges[0]?.request.headers['accept-encoding']).toBeUndefined();
});

test('a subgraph that speaks HTTP/2 is asked over HTTP/1.1 when the configuration says so', async () => {
  const subgraph = await start('HTTP/2', { http2: 'never' });
  expect((await ask(subgraph.transport, subgraph.url)).text).toBe(fine);
  expect(subgraph.exchanges[0]?.request.httpVersion).toBe('1.1');
});

test('a certificate that nobody vouches for is refused', async () => {
  const subgraph = await start('HTTP/2', { caFile: undefined });
  const { error } = await ask(subgraph.transport, subgraph.url);
  expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(subgraph.exchanges).toHaveLength(0);
});

test('there are never more connections than the configuration allows', async () => {
  const subgraph = await start('HTTP/1.1', { maximum: 3 });
  subgraph.become(({ response }) => void setTimeout(() => response.end(fine), 2));
  await Promise.all(Array.from({ length: 30 }, () => ask(subgraph.transport, subgraph.url)));
  expect(subgraph.connections).toHaveLength(3);
});

describe.each<[Protocol]>([['HTTP/2'], ['HTTP/2 without TLS']])('many requests over %s', (protocol) => {
  test('are under way at the same time on one connection', async () => {
    const subgraph = await start(protocol);
    subgraph.become(() => {});
    const outcomes = Array.from({ length: 50 }, () => ask(subgraph.transport, subgraph.url));
    await until(() => subgraph.exchanges.length === 50);
    for (const { response } of subgraph.exchanges) response.end(fine);
    expect((await Promise.all(outcomes)).every(({ text }) => text === fine)).toBe(true);
    expect(subgraph.connections).toHaveLength(1);
  });

  test('are answered when the server asks to go meanwhile, and later ones go to a new connection', async () => {
    const subgraph = await start(protocol);
    subgraph.become(() => {});
    const outcomes = Array.from({ length: 5 }, () => ask(subgraph.transport, subgraph.url));
    await until(() => subgraph.exchanges.length === 5);
    const [session] = subgraph.sessions;
    session?.goaway(http2.constants.NGHTTP2_NO_ERROR);
    // Answered by who has read what came before.
    await new Promise((resolve) => session?.ping(resolve));
    const later = ask(subgraph.transport, subgraph.url);
    await until(() => subgraph.exchanges.length === 6);
    for (const { response } of subgraph.exchanges) response.end(fine);
    expect((await Promise.all([...outcomes, later])).map(({ text }) => text)).toEqual(Array(6).fill(fine));
    expect(subgraph.sessions).toHaveLength(2);
  });

  test('fail alone when the server resets one of them', async () => {
    const subgraph = await start(protocol);
    subgraph.become(({ body, response }) => {
      if (body === 'bad' && 'stream' in response) response.stream?.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      else setTimeout(() => response.end(fine), 5);
    });
    const [good, bad] = await Promise.all([
      ask(subgraph.transport, subgraph.url, 'good'),
      ask(subgraph.transport, subgraph.url, 'bad'),
    ]);
    expect(good?.text).toBe(fine);
    expect(bad?.error).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
    expect(subgraph.connections).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, startTestRedis, type TestServer } from '@supergraph/testing';
import { inProcess } from './support/hosts.ts';
import { authorizationRequest, somebodysApp, startIdentitySystem, type IdentitySystem } from './support/identity.ts';

/** Who asks too much of the token and device endpoints. Ten requests a minute here. */
const most = 10;
let redis: TestServer;
let system: IdentitySystem;

beforeAll(async () => {
  redis = await startTestRedis();
  system = await startIdentitySystem('oauth limits', inProcess, {
    REDIS_URL: redis.url,
    TOKEN_REQUESTS_PER_MINUTE: String(most),
  });
  const grantTypes = ['urn:ietf:params:oauth:grant-type:device_code' as const, 'refresh_token' as const];
  for (const id of ['one', 'two', 'three', 'four'])
    await system.clients.register(somebodysApp(id, { grant_types: [...grantTypes], response_types: [] }));
  await system.clients.register(somebodysApp('shop'));
});
afterAll(async () => {
  await system.end();
  await redis.remove();
});

type Fields = Readonly<Record<string, string>>;
const post = async (path: string, fields: Fields, headers: Fields = {}) => {
  const body = new URLSearchParams(fields);
  const response = await fetch(`${system.issuer}/oauth2/${path}`, { method: 'POST', body, headers });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
};
const refreshing = (clientId: string) =>
  post('token', { grant_type: 'refresh_token', refresh_token: 'nonsense', client_id: clientId });
const times = async <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));
/**
 * Asks until too many have: one more is enough, unless the minute was just over, or Redis did not count it in time.
 * (That it is exactly so many is for createRequestLimit.int.test.ts.)
 */
const untilRefused = <T extends Readonly<{ status: number }>>(work: () => Promise<T>): Promise<T> =>
  eventually(async () => {
    const answer = await work();
    expect(answer.status).toBe(429);
    return answer;
  });

describe('the token endpoint', () => {
  test('answers a program that asks too often with a coded error and when to come back', async () => {
    const answers = await times(most, () => refreshing('one'));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    const { retryAfter, text } = await untilRefused(() => refreshing('one'));
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    expect(JSON.parse(text)).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.stringContaining('too many requests'),
    });
  });

  test('counts each program for itself', async () => {
    expect((await refreshing('two')).status).toBe(400);
  });

  test('knows a program by its Basic authentication too', async () => {
    const headers = { authorization: `Basic ${Buffer.from('demo-partner:wrong').toString('base64')}` };
    const fields = { grant_type: 'client_credentials' };
    await times(most, () => post('token', fields, headers));
    await untilRefused(() => post('token', fields, headers));
  });

  test('tells a device that polls to slow down', async () => {
    const fields = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'nonsense',
      client_id: 'three',
    };
    await times(most, () => post('token', fields));
    const { text } = await untilRefused(() => post('token', fields));
    expect(JSON.parse(text)).toMatchObject({ error: 'slow_down' });
  });

  test('counts an address that pretends to be many programs', async () => {
    let nth = 0;
    const another = () => refreshing(`made up ${(nth += 1)}`);
    await times(most * 10, another);
    await untilRefused(another);
  });
});

test('sign-ins are not begun without end, since each is kept for a while', async () => {
  const begin = () => fetch(authorizationRequest(system.issuer, 'shop').url, { redirect: 'manual' });
  expect((await begin()).status).toBe(303);
  const [count = ''] = await system.redis.keys('*identity:requests:/oauth2/authorize:*');
  await system.redis.set(count, 299, 'KEEPTTL');
  await system.redis.expire(count, 3600);
  expect((await begin()).status).toBe(303);
  const refused = await untilRefused(begin);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await refused.text()).toContain('Too many attempts.');
});

test('codes for devices are not had without end', async () => {
  const ask = () => post('device-authorization', { client_id: 'one', scope: 'openid' });
  const answers = await times(20, ask);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  await untilRefused(ask);
});

test('while Redis is away nobody is refused for it, and who asks too often still is', async () => {
  await redis.stop();
  const answers = await times(most, () => refreshing('four'));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
  await untilRefused(() => refreshing('four'));
  await redis.start();
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestRedis, type TestServer } from '@supergraph/testing';
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

describe('the token endpoint', () => {
  test('answers a program that asks too often with a coded error and when to come back', async () => {
    const answers = await times(most, () => refreshing('one'));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    const { status, retryAfter, text } = await refreshing('one');
    expect(status).toBe(429);
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
    expect((await post('token', fields, headers)).status).toBe(429);
  });

  test('tells a device that polls to slow down', async () => {
    const fields = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'nonsense',
      client_id: 'three',
    };
    await times(most, () => post('token', fields));
    const { status, text } = await post('token', fields);
    expect(status).toBe(429);
    expect(JSON.parse(text)).toMatchObject({ error: 'slow_down' });
  });

  test('counts an address that pretends to be many programs', async () => {
    const answers: number[] = [];
    for (let nth = 0; nth < most * 10 + 1; nth += 1) answers.push((await refreshing(`made up ${nth}`)).status);
    expect(answers).toContain(429);
  });
});

test('sign-ins are not begun without end, since each is kept for a while', async () => {
  const begin = () => fetch(authorizationRequest(system.issuer, 'shop').url, { redirect: 'manual' });
  expect((await begin()).status).toBe(303);
  const [count = ''] = await system.redis.keys('*identity:requests:/oauth2/authorize:*');
  await system.redis.set(count, 299, 'KEEPTTL');
  await system.redis.expire(count, 3600);
  expect((await begin()).status).toBe(303);
  const refused = await begin();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await refused.text()).toContain('Too many attempts.');
});

test('codes for devices are not had without end', async () => {
  const answers = await times(21, () => post('device-authorization', { client_id: 'one', scope: 'openid' }));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
});

test('while Redis is away nobody is refused for it, and who asks too often still is', async () => {
  await redis.stop();
  const answers = await times(most + 5, () => refreshing('four'));
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(most);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
  await redis.start();
});

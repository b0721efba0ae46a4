import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testBackingServices, testNamespace } from '@supergraph/testing';
import { Redis } from 'ioredis';
import { readSecrets } from '../secrets.ts';
import { createSmsCodes, type SmsCodes } from './createSmsCodes.ts';

const redis = new Redis(testBackingServices().redisUrl);
afterAll(() => redis.disconnect());

const secrets = readSecrets(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
const number = '+12025550142';
let sent: string[];
let codes: SmsCodes;

beforeEach(() => {
  sent = [];
  codes = createSmsCodes({
    redis,
    prefix: testNamespace('sms codes'),
    secrets,
    sender: async ({ text }) => void sent.push(text.slice(0, 6)),
    host: 'shop.example',
    log: { error: () => undefined },
  });
});

const send = (over: Partial<Parameters<SmsCodes['send']>[0]> = {}) =>
  codes.send({ accountId: 'a1', number, place: 'p1', address: '192.0.2.1', ...over });
const check = (code: string | undefined, over: Partial<Parameters<SmsCodes['check']>[0]> = {}) =>
  codes.check({ place: 'p1', number, code: code ?? '', ...over });
const otherThan = (code: string | undefined): string => (code === '000000' ? '000001' : '000000');

describe('a code', () => {
  test('is good once, also when it comes ten times at the same moment', async () => {
    await send();
    const answers = await Promise.all(Array.from({ length: 10 }, () => check(sent[0])));
    expect(answers.filter((right) => right)).toHaveLength(1);
    expect(await check(sent[0])).toBe(false);
  });

  test('may be typed with blanks, and is nothing else', async () => {
    await send();
    expect(await check('')).toBe(false);
    expect(await check(`${sent[0]}0`)).toBe(false);
    expect(await check(`${sent[0]?.slice(0, 3)} ${sent[0]?.slice(3)}`)).toBe(true);
  });

  test('holds for its number and its place', async () => {
    await send();
    expect(await check(sent[0], { number: '+12025550143' })).toBe(false);
    expect(await check(sent[0], { place: 'p2' })).toBe(false);
    expect(await check(sent[0])).toBe(true);
  });

  test('takes the place of the one before', async () => {
    await send();
    await send();
    if (sent[0] !== sent[1]) expect(await check(sent[0])).toBe(false);
    expect(await check(sent[1])).toBe(true);
  });

  test('ends with the fifth wrong one', async () => {
    await send();
    for (let nth = 0; nth < 4; nth += 1) await check(otherThan(sent[0]));
    expect(await check(sent[0])).toBe(true);
    await send();
    for (let nth = 0; nth < 5; nth += 1) await check(otherThan(sent[1]));
    expect(await check(sent[1])).toBe(false);
  });
});

describe('messages', () => {
  test('are three an hour for an account, and the fourth is told how long to wait', async () => {
    for (let nth = 0; nth < 3; nth += 1) expect(await send({ number: `+1202555014${nth}` })).toEqual({ sent: true });
    const refused = await send({ number: '+12025550149' });
    expect(refused).toEqual({ sent: false, retryAfter: expect.any(Number) });
    expect(sent).toHaveLength(3);
    expect(await send({ accountId: 'a2', number: '+12025550149' })).toEqual({ sent: true });
  });

  test('that are asked for at the same moment are counted all', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send()));
    expect(answers.filter((answer) => answer.sent)).toHaveLength(3);
  });

  test('are bounded for an address, whatever accounts and numbers it makes up', async () => {
    for (let nth = 0; nth < 21; nth += 1) await send({ accountId: `a${nth}`, number: `+120255501${10 + nth}` });
    expect(sent).toHaveLength(20);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '@supergraph/config';
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { startShop, type Shop } from '../test/shop.ts';
import { answers, startMisbehaving, type Exchange } from '../test/upstream/startMisbehaving.ts';
import { composed, startTestGateway, until, type TestGateway } from '../test/startTestGateway.ts';

describe.each(['apollo', 'compiled'] as const)('a supergraph file that changes, with engine: %s', (engine) => {
  let shop: Shop;
  let sdl: string;
  let gateway: TestGateway;

  beforeEach(async () => {
    shop = await startShop();
    sdl = composed({ accounts: shop.accounts, orders: shop.orders });
    gateway = await startTestGateway(sdl, { engine });
  });
  afterEach(async () => {
    await gateway.close();
    await shop.close();
  });

  const logged = (text: string) => gateway.lines.filter(({ msg }) => msg === text);
  const reloads = () => logged('the supergraph was reloaded').length;
  const reload = async (text: string) => {
    const before = reloads();
    writeFileSync(gateway.supergraphFile, text);
    await until(() => reloads() > before);
  };

  test('is served without an error under a steady load, change after change', async () => {
    const query = 'query Busy { orders { id total customer { name } } }';
    const { body: expected } = await gateway.post({ query });
    let going = true;
    const seen: unknown[] = [];
    const client = async () => {
      while (going) seen.push((await gateway.post({ query })).body);
    };
    const clients = Array.from({ length: 8 }, client);
    for (let change = 1; change <= 25; change++) await reload(`${sdl}\n# ${change}`);
    going = false;
    await Promise.all(clients);
    expect(seen.length).toBeGreaterThan(25);
    expect(seen.filter((body) => JSON.stringify(body) !== JSON.stringify(expected))).toEqual([]);
    const outcomes = logged('request').map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome !== 'ok')).toEqual([]);
  }, 300_000);

  test('is followed while a request of before is under way, which finishes on what it began with', async () => {
    const held: Exchange[] = [];
    const stock = await startMisbehaving((exchange) => void held.push(exchange));
    const stockSdl = composed({ stock: { url: stock.url.href, sdl: 'type Query { stock: Int }' } });
    await reload(stockSdl);
    const slow = gateway.post({ query: '{ stock }' });
    await until(() => held.length === 1);
    await reload(`${stockSdl}\n# one`);
    await reload(`${stockSdl}\n# two`);
    stock.become(answers({ data: { stock: 2 } }));
    expect((await gateway.post({ query: '{ stock }' })).body).toEqual({ data: { stock: 2 } });
    for (const exchange of held) answers({ data: { stock: 1 } })(exchange);
    expect((await slow).body).toEqual({ data: { stock: 1 } });
    await stock.close();
  });

  test('is refused and reported when it cannot be loaded, and the one before serves on', async () => {
    writeFileSync(gateway.supergraphFile, 'type Query { broken');
    await until(() => logged('the changed supergraph is refused, the previous one keeps serving').length === 1);
    expect((await gateway.post({ query: '{ orders { id } }' })).body.errors).toBeUndefined();
    await reload(`${sdl}\n# mended`);
  });

  test('is reported, and the one before serves on, while it cannot even be looked at', async () => {
    const { supergraphFile } = gateway;
    unlinkSync(supergraphFile);
    symlinkSync(supergraphFile, supergraphFile);
    await until(() => logged('the changed supergraph is refused, the previous one keeps serving').length === 1);
    expect((await gateway.post({ query: '{ orders { id } }' })).body.errors).toBeUndefined();
    unlinkSync(supergraphFile);
    await reload(`${sdl}\n# back`);
  });
});

describe('before a changed supergraph is served', () => {
  let shop: Shop;
  let gateway: TestGateway;

  beforeEach(async () => {
    shop = await startShop();
  });
  afterEach(async () => {
    await gateway.close();
    await shop.close();
  });

  test('what is asked for is planned for it, and what does not hold for it any more is named', async () => {
    const sdl = composed({ accounts: shop.accounts, orders: shop.orders });
    gateway = await startTestGateway(sdl);
    await gateway.post({ query: 'query Stays { orders { id } }' });
    await gateway.post({ query: 'query Goes { orders { note } }' });
    writeFileSync(gateway.supergraphFile, sdl.replaceAll(/^.*\bnote\b.*$/gm, ''));
    await until(() => gateway.lines.some(({ msg }) => msg === 'the supergraph was reloaded'));
    const told = gateway.lines.map(({ msg }) => msg);
    expect(told.indexOf('operations are planned')).toBeLessThan(told.indexOf('the supergraph was reloaded'));
    expect(gateway.lines).toContainEqual(expect.objectContaining({ warmed: 1, refused: 1 }));
    expect(gateway.lines).toContainEqual(
      expect.objectContaining({
        msg: 'an operation does not hold for this supergraph',
        operation: 'Goes',
        document: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    );
  });
});

describe('a supergraph file that is none', () => {
  test.each([
    ['no GraphQL', 'type Query { broken', /is no supergraph that can be served\. Syntax Error: .*:1:20/s],
    ['the schema of a subgraph', 'type Query { a: Int }', /must be a core schema/],
  ])('because it is %s ends the start with what is wrong, and what it should be', async (_, text, problem) => {
    const start = startTestGateway(text);
    await expect(start).rejects.toBeInstanceOf(ConfigError);
    await expect(start).rejects.toThrow(problem);
    await expect(start).rejects.toThrow('npm run generate');
  });
});

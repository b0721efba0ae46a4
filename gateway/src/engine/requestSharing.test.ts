import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { createTokens } from '../../test/createTokens.ts';
import { answers, startMisbehaving, type Exchange, type Misbehaving } from '../../test/upstream/startMisbehaving.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';

type Headers = Record<string, string>;

const sdl = 'type Query { mine: String  shown(by: Int = 1): String } type Mutation { change: String }';
const tokens = await createTokens();
const [ada, grace, adaWithFewerRights] = await Promise.all([
  tokens.headersOf('ada'),
  tokens.headersOf('grace'),
  tokens.headersOf('ada', { scope: 'read' }),
]);

describe('with whole requests shared', () => {
  let subgraph: Misbehaving;
  let gateway: TestGateway;
  let held: Exchange[];

  beforeEach(async () => {
    held = [];
    subgraph = await startMisbehaving((exchange) => void held.push(exchange));
    gateway = await startTestGateway(composed({ things: { url: subgraph.url.href, sdl } }), {
      engine: 'compiled',
      share: { fetches: false, requests: true },
      authentication: tokens.authentication,
      headers: { propagate: ['x-tenant'] },
    });
    // Tokens that are known are on their way at once; to verify one takes as long as it takes.
    for (const known of [ada, grace, adaWithFewerRights]) await gateway.post({ query: '{ __typename }' }, known);
  });
  afterEach(async () => {
    for (const { response } of held) response.destroy();
    await gateway.close();
    await subgraph.close();
  });

  const ask = (body: object, headers: Headers = {}) => gateway.post(body, headers);
  const accessLog = () => gateway.lines.filter(({ msg }) => msg === 'request');
  /** A request that is certain to have arrived: another one, to be refused, went after it on the way to the engine. */
  const arrived = async () => {
    const before = accessLog().length;
    await ask({ query: '{ unknown }' });
    await until(() => accessLog().length > before);
  };
  const mine = { query: 'query Mine { mine }' };
  const told = (text: string) => answers({ data: { mine: text } });

  test('identical queries of one viewer are executed once, and each has its line in the access log', async () => {
    const all = Array.from({ length: 5 }, () => ask(mine, ada));
    await until(() => held.length === 1);
    await arrived();
    for (const exchange of held) told('for ada')(exchange);
    expect((await Promise.all(all)).map(({ body }) => body)).toEqual(all.map(() => ({ data: { mine: 'for ada' } })));
    expect(subgraph.requests).toHaveLength(1);
    const lines = accessLog().filter(({ operation }) => operation === 'Mine');
    expect(lines).toHaveLength(5);
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(5);
  });

  test('everybody who waited is told of the error, and has it in the access log', async () => {
    const all = Array.from({ length: 3 }, () => ask(mine, ada));
    await until(() => held.length === 1);
    await arrived();
    answers({ data: null, errors: [{ message: 'No.', extensions: { code: 'OUT_OF_STOCK' } }] })(held[0] as Exchange);
    const seen = (await Promise.all(all)).map(({ body }) => body.errors?.[0]?.extensions?.['code']);
    expect(seen).toEqual(['OUT_OF_STOCK', 'OUT_OF_STOCK', 'OUT_OF_STOCK']);
    await until(() => accessLog().filter(({ outcome }) => outcome === 'OUT_OF_STOCK').length === 3);
  });

  test.each<[string, Headers, object, Headers, object]>([
    ['another viewer', ada, mine, grace, mine],
    ['somebody who is not signed in', ada, mine, {}, mine],
    ['the same person with fewer rights', ada, mine, adaWithFewerRights, mine],
    ['another header that subgraphs are given', { 'x-tenant': 'one' }, mine, { 'x-tenant': 'two' }, mine],
    ['the wish for a canary', {}, mine, { 'x-canary': 'true' }, mine],
    [
      'other variables',
      {},
      { query: 'query ($by: Int) { shown(by: $by) }', variables: { by: 1 } },
      {},
      { query: 'query ($by: Int) { shown(by: $by) }', variables: { by: 2 } },
    ],
    [
      'null for a variable instead of nothing',
      {},
      { query: 'query ($by: Int) { shown(by: $by) }' },
      {},
      { query: 'query ($by: Int) { shown(by: $by) }', variables: { by: null } },
    ],
    [
      'another operation of the document',
      {},
      { query: 'query A { mine } query B { shown }', operationName: 'A' },
      {},
      { query: 'query A { mine } query B { shown }', operationName: 'B' },
    ],
    ['another document', {}, { query: '{ mine }' }, {}, { query: '{ mine  }' }],
  ])('a request is never answered with what was got for %s', async (_, firstHeaders, first, secondHeaders, second) => {
    const one = ask(first, firstHeaders);
    await until(() => held.length === 1);
    const other = ask(second, secondHeaders);
    await until(() => held.length === 2);
    held.forEach((exchange, index) => answers({ data: null, errors: [{ message: `answer ${index}` }] })(exchange));
    const seen = (await Promise.all([one, other])).map(({ body }) => body.errors?.[0]?.message);
    expect(seen).toEqual(['answer 0', 'answer 1']);
  });

  test('many that differ at the same time are never mixed up', async () => {
    subgraph.become((exchange) => told(String(exchange.headers['x-tenant']))(exchange));
    const tenants = Array.from({ length: 300 }, (_, index) => `tenant-${index % 60}`);
    const seen = await Promise.all(tenants.map(async (tenant) => (await ask(mine, { 'x-tenant': tenant })).body));
    expect(seen).toEqual(tenants.map((tenant) => ({ data: { mine: tenant } })));
  });

  test('mutations are executed each', async () => {
    const change = { query: 'mutation { change }' };
    const all = [ask(change, ada), ask(change, ada)];
    await until(() => held.length === 2);
    for (const exchange of held) answers({ data: { change: 'done' } })(exchange);
    await Promise.all(all);
    expect(subgraph.requests).toHaveLength(2);
  });

  test('who has seen the answer to a mutation reads nothing that was asked for before its effect', async () => {
    const before = ask(mine, ada);
    await until(() => held.length === 1);
    const change = ask({ query: 'mutation { change }' }, ada);
    await until(() => held.length === 2);
    answers({ data: { change: 'done' } })(held[1] as Exchange);
    await change;
    const after = ask(mine, ada);
    await until(() => held.length === 3);
    told('old')(held[0] as Exchange);
    told('new')(held[2] as Exchange);
    expect([(await before).body.data, (await after).body.data]).toEqual([{ mine: 'old' }, { mine: 'new' }]);
  });

  test('the others are answered when the clients that came first go', async () => {
    const leave = [1, 2].map(() => {
      const client = request(`${gateway.url}/graphql`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', ...ada },
      });
      client.on('error', () => {});
      client.end(JSON.stringify(mine));
      return () => client.destroy();
    });
    await until(() => held.length === 1);
    const stays = ask(mine, ada);
    await arrived();
    for (const go of leave) go();
    await until(
      () => accessLog().filter(({ outcome, status }) => outcome === 'CLIENT_GONE' && status === 499).length === 2,
    );
    expect(subgraph.abandoned()).toBe(0);
    told('still there')(held[0] as Exchange);
    expect((await stays).body).toEqual({ data: { mine: 'still there' } });
    expect(subgraph.requests).toHaveLength(1);
  });

  test('the subgraph is left alone when all who waited are gone', async () => {
    const clients = [1, 2].map(() => new AbortController());
    const waiting = clients.map(({ signal }) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(mine),
        signal,
      }),
    );
    await until(() => held.length === 1);
    await arrived();
    for (const client of clients) client.abort();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await until(() => subgraph.abandoned() === 1);
    expect(subgraph.requests).toHaveLength(1);
  });
});

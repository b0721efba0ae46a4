import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startFakeSubgraph, type FakeSubgraph } from '../../test/fakeSubgraph.ts';
import { composed, startTestGateway, type TestGateway } from '../../test/startTestGateway.ts';
import { createTokens } from '../../test/createTokens.ts';
import { standingDate } from '../../test/standingDate.ts';
import { authorizationConfig } from './authorizationConfig.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@authenticated", { name: "@requiresScopes", as: "@scopes" }, "@policy"])';

const staffSdl = `${link}
  type Query {
    person: Person
    people: [Person!]!
    report: String @authenticated
    audit: Audit
    pets: [Pet]
    things: [Thing]
    refunds: String @policy(policies: [["mfa"]])
    unknown: String @policy(policies: [["nobody knows"]])
  }
  type Mutation { fire(id: ID!): Person @scopes(scopes: [["hr", "fire"], ["boss"]])  hire: Person }
  type Subscription { hired: Hired }
  type Hired { name: String  salary: Int @authenticated }
  type Person @key(fields: "id email") {
    id: ID!
    name: String
    email: String @scopes(scopes: [["pii"]])
    salary: Int! @scopes(scopes: [["hr"]])
    mood: Mood
  }
  type Audit @authenticated { at: String }
  enum Mood @authenticated { GOOD BAD }
  interface Pet { name: String }
  type Cat implements Pet { name: String  lives: Int @authenticated }
  type Dog implements Pet { name: String @authenticated }
  union Thing = Cat | Audit`;

const payrollSdl = `${link}
  type Person @key(fields: "id email") { id: ID!  email: String  bonus: Int }`;

let tokens: Awaited<ReturnType<typeof createTokens>>;
let staff: FakeSubgraph;
let payroll: FakeSubgraph;
let sdl: string;
let gateway: TestGateway;

beforeAll(async () => {
  tokens = await createTokens();
  const person = { id: '1', email: 'ada@example.com', name: 'Ada', salary: 100, mood: 'GOOD' };
  staff = await startFakeSubgraph(staffSdl, {
    Query: {
      person: () => person,
      people: () => [person],
      report: () => 'secret report',
      audit: () => ({ at: 'now' }),
      pets: () => [
        { __typename: 'Cat', name: 'Tom', lives: 9 },
        { __typename: 'Dog', name: 'Rex' },
      ],
      things: () => [
        { __typename: 'Cat', name: 'Tom' },
        { __typename: 'Audit', at: 'then' },
      ],
      refunds: () => 'refunded',
      unknown: () => 'unknown',
    },
    Mutation: { fire: () => person, hire: () => person },
    Subscription: {
      hired: {
        subscribe: async function* () {
          yield { hired: { name: 'Ada', salary: 100 } };
        },
      },
    },
  });
  payroll = await startFakeSubgraph(payrollSdl, {
    Person: { __resolveReference: (given: object) => ({ ...given, bonus: 5 }) },
  });
  sdl = composed({ staff, payroll });
  gateway = await startTestGateway(sdl, { engine: 'compiled', authentication: tokens.authentication });
});
beforeEach(() => {
  staff.requests.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([staff.close(), payroll.close()]);
});

const ask = async (query: string, claims?: Record<string, unknown>) => {
  const headers = claims === undefined ? {} : await tokens.headersOf('u1', claims);
  const { status, body } = await gateway.post({ query }, headers);
  const codes = body.errors?.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions?.['code'])}`);
  return { status, data: body.data, codes, errors: body.errors };
};
const asked = () => staff.requests.map(({ query }) => query).join('\n');

describe('a field that somebody may not read', () => {
  test('is null with an error, is not asked for, and the rest is answered', async () => {
    const { status, data, codes } = await ask('{ person { name email } report }');
    expect([status, data, codes]).toEqual([
      200,
      { person: { name: 'Ada', email: null }, report: null },
      ['person.email UNAUTHENTICATED', 'report UNAUTHENTICATED'],
    ]);
    expect(asked()).not.toMatch(/email|report/);
  });

  test('is there for who may', async () => {
    const { data, codes } = await ask('{ person { name email } report }', { scope: 'pii' });
    expect([data, codes]).toEqual([
      { person: { name: 'Ada', email: 'ada@example.com' }, report: 'secret report' },
      undefined,
    ]);
  });

  test('is forbidden to who is known, and the error says what opens it', async () => {
    const { errors } = await ask('{ person { email } }', { scope: 'other' });
    expect(errors).toEqual([
      {
        message: 'You may not read this field.',
        path: ['person', 'email'],
        extensions: { code: 'FORBIDDEN', category: 'FORBIDDEN', requiredScopes: [['pii']] },
      },
    ]);
  });

  test('takes its object with it when it cannot be null, without a second error', async () => {
    const { data, codes } = await ask('{ person { name pay: salary } }', {});
    expect([data, codes]).toEqual([{ person: null }, ['person.pay FORBIDDEN']]);
  });

  test('stays hidden when another subgraph needs it', async () => {
    const { data, codes } = await ask('{ people { email bonus } }', {});
    expect([data, codes]).toEqual([{ people: [{ email: null, bonus: 5 }] }, ['people.email FORBIDDEN']]);
    expect(asked()).toMatch(/email/);
  });

  test('costs no fetch when nothing else is asked', async () => {
    const { data } = await ask('{ report }');
    expect([data, staff.requests]).toEqual([{ report: null }, []]);
  });

  test('is found in fragments, under aliases, and told once for each place', async () => {
    const { codes } = await ask(
      '{ a: person { ...P } b: person { ... on Person { ...P } } } fragment P on Person { e: email }',
      {},
    );
    expect(codes).toEqual(['a.e FORBIDDEN', 'b.e FORBIDDEN']);
  });

  test('is forbidden by its type: objects, enums and what is selected on them', async () => {
    const { data, codes } = await ask('{ audit { at } person { mood } }');
    expect([data, codes]).toEqual([
      { audit: null, person: { mood: null } },
      ['audit UNAUTHENTICATED', 'person.mood UNAUTHENTICATED'],
    ]);
  });

  test('is forbidden on an interface when one of its types forbids it, and is free on the others', async () => {
    const { data, codes } = await ask('{ pets { name } }');
    expect([data, codes]).toEqual([{ pets: [{ name: null }, { name: null }] }, ['pets.name UNAUTHENTICATED']]);
    const { data: cats } = await ask('{ pets { ... on Cat { name lives } ... on Dog { name } } }');
    expect(cats).toEqual({ pets: [{ name: 'Tom', lives: null }, { name: null }] });
    expect((await ask('{ pets { name } }', {})).data).toEqual({ pets: [{ name: 'Tom' }, { name: 'Rex' }] });
  });

  test('leaves the other members of a union alone', async () => {
    const { data } = await ask('{ things { __typename ... on Cat { name } ... on Audit { at } } }');
    expect(data).toEqual({
      things: [
        { __typename: 'Cat', name: 'Tom' },
        { __typename: 'Audit', at: null },
      ],
    });
  });

  test('does not depend on who asked before', async () => {
    const query = '{ person { email } report }';
    const answers = [];
    for (const claims of [{ scope: 'pii' }, undefined, { scope: 'x' }, { scope: 'pii' }]) {
      answers.push((await ask(query, claims)).data);
    }
    expect(answers).toEqual([
      { person: { email: 'ada@example.com' }, report: 'secret report' },
      { person: { email: null }, report: null },
      { person: { email: null }, report: 'secret report' },
      { person: { email: 'ada@example.com' }, report: 'secret report' },
    ]);
  });
});

test('a mutation that somebody may not use has no effect, the one beside it has', async () => {
  const { data, codes } = await ask('mutation { fire(id: 1) { name } hire { name } }', { scope: 'hr' });
  expect([data, codes]).toEqual([{ fire: null, hire: { name: 'Ada' } }, ['fire FORBIDDEN']]);
  expect(asked()).not.toMatch(/fire/);
  for (const scope of ['hr fire', 'boss']) {
    expect((await ask('mutation { fire(id: 1) { name } }', { scope })).data).toEqual({ fire: { name: 'Ada' } });
  }
});

describe('step-up', () => {
  const date = standingDate();
  const acr = 'urn:commerce-supergraph:acr:mfa';
  const seconds = () => Math.floor(Date.now() / 1000);

  test('says what is missing, in the words that an authorization request takes', async () => {
    const { errors } = await ask('{ refunds }', { amr: ['pwd'], auth_time: seconds() });
    expect(errors).toEqual([
      {
        message: 'Sign in again with a second factor for this field.',
        path: ['refunds'],
        extensions: {
          code: 'STEP_UP_REQUIRED',
          category: 'FORBIDDEN',
          missing: ['second_factor', 'recent_sign_in'],
          acr_values: acr,
          max_age: 900,
        },
      },
    ]);
    const { errors: late } = await ask('{ refunds }', { acr, auth_time: seconds() - 2_000 });
    expect(late?.[0]?.extensions).toMatchObject({ code: 'STEP_UP_REQUIRED', missing: ['recent_sign_in'] });
  });

  test('lets through who has shown a second factor', async () => {
    expect((await ask('{ refunds }', { acr, auth_time: seconds() })).data).toEqual({ refunds: 'refunded' });
  });

  test('ends when the sign-in gets old, for the same token too', async () => {
    const short = await startTestGateway(sdl, {
      engine: 'compiled',
      authentication: tokens.authentication,
      authorization: authorizationConfig.parse({ mfa: { maxAgeSeconds: 3_600 } }),
    });
    const headers = await tokens.headersOf('u1', { acr, auth_time: seconds() - 3_599 });
    const codeNow = async () =>
      (await short.post({ query: '{ refunds }' }, headers)).body.errors?.[0]?.extensions?.['code'];
    try {
      expect(await codeNow()).toBeUndefined();
      date.pass(2);
      expect(await codeNow()).toBe('STEP_UP_REQUIRED');
    } finally {
      await short.close();
    }
  });
});

test('a policy that is not configured is closed to everybody, and that is said at the start', async () => {
  expect((await ask('{ unknown }', { roles: ['super_admin'] })).codes).toEqual(['unknown FORBIDDEN']);
  expect(gateway.lines).toContainEqual(expect.objectContaining({ level: 40, policies: ['nobody knows'] }));
});

test('a subscription of which something is forbidden is refused, and otherwise served', async () => {
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const first = async (query: string) => {
    for await (const result of client.iterate({ query })) return result;
    return undefined;
  };
  await expect(first('subscription { hired { name salary } }')).rejects.toEqual([
    expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED', category: 'UNAUTHENTICATED' } }),
  ]);
  expect(staff.subscribes).toEqual([]);
  expect(await first('subscription { hired { name } }')).toMatchObject({ data: { hired: { name: 'Ada' } } });
  await client.dispose();
});

describe('a supergraph', () => {
  test('with demands is not loaded by the engine that does not enforce them', async () => {
    await expect(startTestGateway(sdl, { engine: 'apollo' })).rejects.toThrow(/unsupported/);
  });

  test.each([
    ['a security feature that nobody knows', 'https://example.com/fortress/v1.0'],
    ['a later version of a known one', 'https://specs.apollo.dev/authenticated/v0.2'],
  ])('with %s is not loaded', async (_name, url) => {
    const demanding = sdl.replace('schema\n', `schema\n  @link(url: "${url}", as: "fortress", for: SECURITY)\n`);
    await expect(startTestGateway(demanding, { engine: 'compiled' })).rejects.toThrow();
  });
});

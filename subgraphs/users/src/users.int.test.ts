import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createViewerSigner, type Principal, type Role } from '@supergraph/auth';
import { demoAccounts, parseEvent, accountEventSchemas, type StoredEvent } from '@supergraph/events';
import { readEvents } from '@supergraph/eventsourcing';
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { createTestDatabase, eventually, testBackingServices, testKeys, testNamespace } from '@supergraph/testing';
import { z } from 'zod';
import { environment } from './config.ts';
import type { Mutation, Query, User } from './generated/graphql.ts';
import { createAccountPii } from './pii/accountPii.ts';
import { readKeyRing } from './pii/keyRing.ts';
import { startUsers, type UsersService } from './service.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const lifecycle = createLifecycle({ log });
const keys = testKeys();
const signer = createViewerSigner({ privateKey: keys.viewerPrivateKey });
let service: UsersService;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase('users');
  drop = database.drop;
  const { redisUrl, kafkaBrokers } = testBackingServices();
  const config = environment.parse({
    DATABASE_URL_USERS: database.url,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: kafkaBrokers,
    NAMESPACE: testNamespace('users'),
    VIEWER_PUBLIC_KEY: keys.viewerPublicKey,
    PII_KEYS: keys.piiKeys,
    PORT_USERS: '0',
    METRICS_PORT_USERS: '0',
    LOG_LEVEL: 'silent',
    DEMO_DATA: 'true',
  });
  service = await startUsers(config, lifecycle);
});
afterAll(async () => {
  await lifecycle.close();
  await drop();
});

// ---- Who asks, and how ----

const idOf = (name: string): string => demoAccounts.find((account) => account.name === name)?.id ?? 'nobody';
const as = (name: string, scopes: readonly string[] | null = null): Principal => {
  const account = demoAccounts.find((candidate) => candidate.name === name);
  if (account === undefined) throw new Error(`There is no demo account ${name}.`);
  return { kind: 'user', id: account.id, roles: [account.role], scopes };
};
const customer = (id: string): Principal => ({ kind: 'user', id, roles: ['customer'], scopes: null });
const visitor: Principal = { kind: 'anonymous' };
const partner = (...scopes: string[]): Principal => ({ kind: 'client', id: 'partner', scopes });

/** What the schema says about answers; the server checks each answer against it before it is sent. */
type Data = Partial<Query & Mutation & { _entities: (User | null)[] }>;
const answerSchema = z.object({
  data: z.custom<Data>((value) => typeof value === 'object').nullish(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).default([]),
});

const ask = async (
  viewer: Principal,
  query: string,
  variables: object = {},
): Promise<{ data: Data; codes: string[] }> => {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-viewer': await signer.sign(viewer, 'users') },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = answerSchema.parse(await response.json());
  return { data: data ?? {}, codes: errors.map(({ extensions }) => extensions.code) };
};

/** The road by which a gateway reaches an account. */
const askEntities = (viewer: Principal, ids: readonly string[], fields: string) =>
  ask(
    viewer,
    `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { ${fields} } } }`,
    {
      representations: ids.map((id) => ({ __typename: 'User', id })),
    },
  );

type Verb = Exclude<keyof Mutation, '__typename'>;
const run = async <V extends Verb>(viewer: Principal, verb: V, input: object, selection = 'user { id version }') => {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input!`;
  const { data, codes } = await ask(viewer, `mutation M($input: ${type}) { ${verb}(input: $input) { ${selection} } }`, {
    input,
  });
  return {
    codes,
    /** Of a mutation that succeeded. */
    get payload() {
      const payload = data[verb];
      if (payload === undefined) throw new Error(`${verb} failed: ${codes.join()}`);
      return payload;
    },
  };
};

let registrations = 0;
const registration = (over: object = {}) => ({
  name: 'Walter',
  email: `walter.${(registrations += 1)}@example.com`,
  password: 'correct horse battery',
  ...over,
});
/** A customer of a test's own. */
const newCustomer = async (over: object = {}): Promise<string> => {
  const { payload } = await run(visitor, 'registerUser', registration(over));
  return payload.user.id;
};

const address = (over: object = {}) => ({
  recipient: 'Walter Unseen',
  line1: '7 Hidden Lane',
  city: 'Nowhere-on-Sea',
  postalCode: 'ZZ1 1ZZ',
  countryCode: 'GB',
  ...over,
});

const eventsOf = (
  userId: string,
): Promise<readonly { type: string; version: number; data: Record<string, unknown>; by: string | null }[]> =>
  service.db.query(
    `SELECT event_type AS type, aggregate_version AS version, data, metadata->>'userId' AS by
       FROM events WHERE aggregate_id = $1 ORDER BY aggregate_version`,
    [userId],
  );
const countOf = async (table: 'events' | 'users' | 'addresses'): Promise<number> => {
  const [row] = await service.db.query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
  return row?.count ?? -1;
};
const typesOf = async (userId: string) => (await eventsOf(userId)).map(({ type }) => type);

// ---- Registration ----

describe('registering', () => {
  test('a visitor gets an account, reads it in the answer, and its event is in the outbox', async () => {
    const input = registration({ name: '  Walter  ', email: 'Walter.Unseen@Example.com', phone: '+1 202 555 0177' });
    const { payload, codes } = await run(
      visitor,
      'registerUser',
      input,
      'user { id name email phone roles version addresses { id } createdAt updatedAt }',
    );
    expect(codes).toEqual([]);
    const { id, createdAt } = payload.user;
    expect(payload.user).toEqual({
      id,
      name: 'Walter',
      email: 'Walter.Unseen@Example.com',
      phone: '+12025550177',
      roles: ['CUSTOMER'],
      version: 1,
      addresses: [],
      createdAt,
      updatedAt: createdAt,
    });
    expect(await eventsOf(id)).toEqual([
      { type: 'UserRegistered', version: 1, by: null, data: { userId: id, roles: ['customer'], at: createdAt } },
    ]);
    const later = await askEntities(visitor, [id], 'id email');
    expect(later.data).toEqual({ _entities: [{ id, email: null }] });
    expect(later.codes).toEqual(['FORBIDDEN']);
  });

  test.each([
    ['a short password', { password: 'elevenchars' }, 'PASSWORD_TOO_WEAK'],
    [
      'the e-mail address as password',
      { email: 'same@example.com', password: 'SAME@example.com' },
      'PASSWORD_TOO_WEAK',
    ],
    ['no e-mail address', { email: 'walter' }, 'BAD_USER_INPUT'],
    ['an empty name', { name: ' ' }, 'BAD_USER_INPUT'],
    ['a national phone number', { phone: '030 1234' }, 'BAD_USER_INPUT'],
    ['an address in use', { email: 'ADA@example.com' }, 'EMAIL_TAKEN'],
  ])('%s is refused, and nothing is written', async (_, over, code) => {
    const before = [await countOf('users'), await countOf('events')];
    expect((await run(visitor, 'registerUser', registration(over))).codes).toEqual([code]);
    expect([await countOf('users'), await countOf('events')]).toEqual(before);
  });

  test('of two who register one address at once, in different capitals, one gets it', async () => {
    const both = await Promise.all(
      ['Race@Example.com', 'race@example.COM'].map((email) => run(visitor, 'registerUser', registration({ email }))),
    );
    expect(both.map(({ codes }) => codes).toSorted()).toEqual([[], ['EMAIL_TAKEN']]);
    const found = await ask(as('Margaret'), '{ users(search: "race@example.com") { nodes { id } } }');
    expect(found.data.users?.nodes).toHaveLength(1);
  });

  test('when its event cannot be written, there is no account either', async () => {
    await service.db.query(
      `CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'no events today'; END $$ LANGUAGE plpgsql`,
    );
    await service.db.query('CREATE TRIGGER refuse BEFORE INSERT ON events EXECUTE FUNCTION refuse()');
    try {
      const before = await countOf('users');
      expect((await run(visitor, 'registerUser', registration())).codes).toEqual(['INTERNAL_SERVER_ERROR']);
      const change = await run(as('Quentin'), 'updateProfile', { name: 'Never' });
      expect(change.codes).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(await countOf('users')).toBe(before);
      expect((await ask(as('Quentin'), '{ me { name version } }')).data).toEqual({
        me: { name: 'Quentin', version: 2 },
      });
    } finally {
      await service.db.query('DROP TRIGGER refuse ON events');
    }
  });
});

// ---- Reading ----

const personal = 'id name email phone roles version createdAt updatedAt addresses { recipient line1 city }';

describe('reading', () => {
  test('me is one’s own account, and null for a visitor and a partner', async () => {
    const { data, codes } = await ask(as('Carla'), `{ me { ${personal} } }`);
    expect(codes).toEqual([]);
    expect(data.me).toMatchObject({
      id: idOf('Carla'),
      email: 'carla@example.com',
      phone: '+493023125105',
      roles: ['CUSTOMER'],
    });
    expect(data.me?.addresses).toEqual([
      { recipient: 'Carla Brandt', line1: 'Lindenweg 5', city: 'Berlin' },
      { recipient: 'Carla Brandt', line1: 'Hafenstraße 8', city: 'Hamburg' },
    ]);
    expect(await ask(visitor, '{ me { id } }')).toMatchObject({ data: { me: null }, codes: [] });
    expect(await ask(partner('user:read'), '{ me { id } }')).toMatchObject({ data: { me: null }, codes: [] });
  });

  // Principal × the two roads to the same object: Query.user, and _entities.
  test.each<[string, Principal, 'all' | 'nothing', 'all' | 'name' | 'nothing', string]>([
    ['a visitor', visitor, 'nothing', 'nothing', 'UNAUTHENTICATED'],
    ['the owner', as('Dmitri'), 'all', 'all', ''],
    ['another customer', as('Carla'), 'nothing', 'name', 'FORBIDDEN'],
    ['an employee', as('Margaret'), 'all', 'all', ''],
    ['a manager', as('Linus'), 'all', 'all', ''],
    ['an admin', as('Grace'), 'all', 'all', ''],
    ['a super admin', as('Ada'), 'all', 'all', ''],
    ['an employee whose token has another scope', as('Margaret', ['order:read']), 'nothing', 'name', 'FORBIDDEN'],
    ['a partner with user:read', partner('user:read'), 'all', 'all', ''],
    ['a partner without it', partner('order:read'), 'nothing', 'nothing', 'FORBIDDEN'],
  ])('what %s sees of a customer', async (_, viewer, byQuery, byEntities, code) => {
    const id = idOf('Dmitri');
    const queried = await ask(viewer, `query($id: ID!) { user(id: $id) { ${personal} } }`, { id });
    expect(queried.codes).toEqual([]);
    if (byQuery === 'nothing') expect(queried.data).toEqual({ user: null });
    else
      expect(queried.data.user).toMatchObject({
        id,
        name: 'Dmitri',
        email: 'dmitri@example.com',
        phone: '+442079460106',
      });

    const named = await askEntities(viewer, [id], 'id name');
    if (byEntities === 'nothing') expect([named.data, named.codes]).toEqual([{ _entities: [null] }, [code]]);
    else expect([named.data, named.codes]).toEqual([{ _entities: [{ id, name: 'Dmitri' }] }, []]);

    for (const field of ['email', 'phone', 'roles', 'version', 'createdAt', 'updatedAt', 'addresses { city }']) {
      const { data, codes } = await askEntities(viewer, [id], field);
      const [value] = Object.values(data._entities?.[0] ?? {});
      expect([field, value === null, codes]).toEqual([
        field,
        byEntities !== 'all',
        byEntities === 'all' ? [] : ['FORBIDDEN'],
      ]);
    }
  });

  test.each(['00000000-0000-4000-8000-000000009999', 'no-uuid', ''])(
    'an unknown id (%p) is null for everybody',
    async (id) => {
      expect(await ask(as('Margaret'), 'query($id: ID!) { user(id: $id) { id } }', { id })).toMatchObject({
        data: { user: null },
        codes: [],
      });
      expect(await askEntities(as('Margaret'), [id], 'id')).toEqual({ data: { _entities: [null] }, codes: [] });
    },
  );

  test('an id in capitals is the same id', async () => {
    const id = await newCustomer();
    const { data } = await ask(customer(id), 'query($id: ID!) { user(id: $id) { id } }', { id: id.toUpperCase() });
    expect(data).toEqual({ user: { id } });
  });

  test('50 accounts with their addresses cost two statements', async () => {
    const pii = createAccountPii(readKeyRing(keys.piiKeys));
    const ids = Array.from({ length: 50 }, (_, index) => `50505050-0000-4000-8000-${String(index).padStart(12, '0')}`);
    for (const id of ids)
      await service.db.query(
        `INSERT INTO users (id, version, name, email_sealed, email_index, password_hash, roles, created_at, updated_at)
         VALUES ($1, 1, 'One of fifty', $2, $3, 'none', '{customer}', '2020-01-01', '2020-01-01')`,
        [id, pii.sealUser('email', id, `${id}@example.com`), pii.emailIndex.current(`${id}@example.com`)],
      );
    const counts: number[] = [];
    // The relay sends a statement now and then; it can only add to a count.
    for (let round = 0; round < 5; round += 1) {
      const before = service.db.statements();
      const { data } = await askEntities(as('Margaret'), ids, 'id name email addresses { city }');
      counts.push(service.db.statements() - before);
      expect(data._entities?.map((account) => account?.email)).toEqual(ids.map((id) => `${id}@example.com`));
    }
    expect(Math.min(...counts)).toBe(2);
    await service.db.query('DELETE FROM users WHERE id = ANY($1)', [ids]);
  });
});

describe('the list of accounts', () => {
  const page = `query($first: Int, $after: String, $role: Role, $search: String) {
    users(first: $first, after: $after, role: $role, search: $search) { edges { cursor node { id } } nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

  test('pages follow each other in the order of registration, without gap or repetition', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await ask(as('Margaret'), page, { first: 7, after });
      if (data.users === undefined) throw new Error('There is no such page.');
      const { pageInfo, edges } = data.users;
      seen.push(...edges.map(({ node }) => node.id));
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    const all = await service.db.query<{ id: string }>('SELECT id FROM users ORDER BY created_at, id');
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(seen.slice(0, 20)).toEqual(demoAccounts.map(({ id }) => id));
  });

  test.each([
    ['a role', { role: 'MANAGER' }, ['Linus']],
    ['an e-mail address in any capitals', { search: ' Elif@EXAMPLE.com ' }, ['Elif']],
    ['an unknown e-mail address', { search: 'nobody@example.com' }, []],
    ['part of an e-mail address', { search: '@example.com' }, []],
    ['the beginning of a name', { search: 'gRa' }, ['Grace']],
    ['the middle of a name', { search: 'race' }, []],
    ['a wildcard, which stands for itself', { search: '%' }, []],
    ['both', { search: 'm', role: 'CUSTOMER' }, ['Mateo']],
  ])('is filtered by %s', async (_, variables, names) => {
    const { data, codes } = await ask(as('Margaret'), page, variables);
    expect([data.users?.nodes.map(({ name }) => name), codes]).toEqual([names, []]);
  });

  test.each([
    [{ first: 0 }, 'PAGE_SIZE_OUT_OF_RANGE'],
    [{ first: 101 }, 'PAGE_SIZE_OUT_OF_RANGE'],
    [{ after: 'no cursor' }, 'CURSOR_INVALID'],
    [{ after: Buffer.from('["x","y"]').toString('base64url') }, 'CURSOR_INVALID'],
  ])('%j gives %s', async (variables, code) => {
    expect((await ask(as('Margaret'), page, variables)).codes).toEqual([code]);
  });

  test.each<[string, Principal, string]>([
    ['a visitor', visitor, 'UNAUTHENTICATED'],
    ['a customer', as('Carla'), 'FORBIDDEN'],
    ['a partner without user:read', partner('user:write'), 'FORBIDDEN'],
  ])('is closed to %s', async (_, viewer, code) => {
    expect((await ask(viewer, page)).codes).toEqual([code]);
  });
});

// ---- Changing ----

describe('the profile', () => {
  test('its owner changes what is given; the event names the fields and holds none of them', async () => {
    const id = await newCustomer({ phone: '+12025550170' });
    const { payload } = await run(
      customer(id),
      'updateProfile',
      { name: 'Walther', email: 'walther@example.com', phone: null },
      `user { ${personal} }`,
    );
    expect(payload.user).toMatchObject({ name: 'Walther', email: 'walther@example.com', phone: null, version: 2 });
    const [, event] = await eventsOf(id);
    expect(event).toEqual({
      type: 'UserProfileUpdated',
      version: 2,
      by: id,
      data: { userId: id, changed: ['name', 'email', 'phone'], at: payload.user.updatedAt },
    });
    const found = await ask(as('Margaret'), '{ users(search: "Walther@example.com") { nodes { id } } }');
    expect(found.data.users?.nodes).toEqual([{ id }]);
  });

  test('a change that changes nothing writes nothing', async () => {
    const email = `still.${Date.now()}@example.com`;
    const id = await newCustomer({ email });
    const { payload } = await run(customer(id), 'updateProfile', { name: 'Walter', email, phone: null });
    expect(payload.user.version).toBe(1);
    expect(await typesOf(id)).toEqual(['UserRegistered']);
  });

  test('a version that is no longer the last one is a conflict', async () => {
    const id = await newCustomer();
    expect((await run(customer(id), 'updateProfile', { name: 'One', version: 1 })).codes).toEqual([]);
    expect((await run(customer(id), 'updateProfile', { name: 'Two', version: 1 })).codes).toEqual(['VERSION_CONFLICT']);
    expect(await typesOf(id)).toEqual(['UserRegistered', 'UserProfileUpdated']);
  });

  test('of ten changes at once none is lost', async () => {
    const id = await newCustomer();
    const names = Array.from({ length: 10 }, (_, index) => `Name ${index}`);
    const results = await Promise.all(names.map((name) => run(customer(id), 'updateProfile', { name })));
    expect(results.flatMap(({ codes }) => codes)).toEqual([]);
    expect((await eventsOf(id)).map(({ version }) => version)).toEqual(
      Array.from({ length: 11 }, (_, index) => index + 1),
    );
  });

  test('an address of another account is taken, one’s own in other capitals is not', async () => {
    const email = `own.${Date.now()}@example.com`;
    const id = await newCustomer({ email });
    expect((await run(customer(id), 'updateProfile', { email: 'Ada@example.com' })).codes).toEqual(['EMAIL_TAKEN']);
    expect((await run(customer(id), 'updateProfile', { email: email.toUpperCase() })).codes).toEqual([]);
    expect(await typesOf(id)).toEqual(['UserRegistered', 'UserProfileUpdated']);
  });
});

describe('addresses', () => {
  const selection = 'user { version addresses { id line1 isDefault } } address { id isDefault }';
  const add = async (id: string, line1: string, isDefault?: boolean) =>
    (await run(customer(id), 'addAddress', { address: address({ line1 }), isDefault }, selection)).payload;

  test('the first one becomes the default, another one when it is told to, and the oldest when that is removed', async () => {
    const id = await newCustomer();
    const first = await add(id, 'first');
    expect(first.address.isDefault).toBe(true);
    const second = await add(id, 'second');
    expect(second.address.isDefault).toBe(false);
    const third = await add(id, 'third', true);
    expect(third.user.addresses).toMatchObject([
      { line1: 'third', isDefault: true },
      { line1: 'first' },
      { line1: 'second' },
    ]);

    const removed = await run(
      customer(id),
      'removeAddress',
      { addressId: third.address.id },
      'removedAddressId user { version addresses { line1 isDefault } }',
    );
    expect(removed.payload).toEqual({
      removedAddressId: third.address.id,
      user: {
        version: 5,
        addresses: [
          { line1: 'first', isDefault: true },
          { line1: 'second', isDefault: false },
        ],
      },
    });

    const changed = await run(
      customer(id),
      'updateAddress',
      { addressId: second.address.id, isDefault: true, address: address({ line1: '2nd', countryCode: 'IE' }) },
      selection,
    );
    expect(changed.payload.user.addresses).toMatchObject([
      { line1: '2nd', isDefault: true },
      { line1: 'first', isDefault: false },
    ]);

    const events = await eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual([
      'UserRegistered',
      'UserAddressAdded',
      'UserAddressAdded',
      'UserAddressAdded',
      'UserAddressRemoved',
      'UserAddressUpdated',
    ]);
    expect(events.at(-1)?.data).toMatchObject({
      addressId: second.address.id,
      changed: ['line1', 'countryCode', 'isDefault'],
    });
  });

  test('an update that changes nothing writes nothing; the default cannot be given up, only passed on', async () => {
    const id = await newCustomer();
    const { address: only } = await add(id, '7 Hidden Lane');
    const same = { addressId: only.id, address: address(), isDefault: true };
    expect((await run(customer(id), 'updateAddress', same, selection)).payload.user.version).toBe(2);
    const given = await run(customer(id), 'updateAddress', { addressId: only.id, isDefault: false }, selection);
    expect(given.codes).toEqual(['BAD_USER_INPUT']);
    expect(await typesOf(id)).toEqual(['UserRegistered', 'UserAddressAdded']);
  });

  test('there are at most 20, even when they are added at once', async () => {
    const id = await newCustomer();
    const results = await Promise.all(
      Array.from({ length: 22 }, () => run(customer(id), 'addAddress', { address: address(), isDefault: true })),
    );
    expect(results.flatMap(({ codes }) => codes)).toEqual(['ADDRESS_LIMIT_REACHED', 'ADDRESS_LIMIT_REACHED']);
    const { data } = await ask(customer(id), '{ me { addresses { isDefault } } }');
    expect(data.me?.addresses?.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test('unknown ids and unusable lines are refused', async () => {
    const carla = as('Carla');
    for (const addressId of ['00000000-0000-4000-8000-000000009999', 'no-uuid'])
      expect((await run(carla, 'removeAddress', { addressId })).codes).toEqual(['ADDRESS_NOT_FOUND']);
    expect((await run(carla, 'addAddress', { address: address({ city: '' }) })).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('what is somebody else’s', () => {
  // Principal × mutation on a customer's account and on an admin's. A refused one leaves no trace.
  type Codes = readonly [profile: string, add: string, update: string, remove: string];
  const none: Codes = ['', '', '', ''];
  const hidden: Codes = ['FORBIDDEN', 'FORBIDDEN', 'ADDRESS_NOT_FOUND', 'ADDRESS_NOT_FOUND'];
  const signIn: Codes = ['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED'];
  const closed: Codes = ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'];

  test.each<[string, Principal, Codes, Codes]>([
    ['a visitor', visitor, signIn, signIn],
    ['another customer', as('Carla'), hidden, hidden],
    ['an employee', as('Margaret'), none, hidden],
    ['a manager', as('Linus'), none, hidden],
    ['an admin', as('Grace'), none, hidden],
    ['a super admin', as('Ada'), none, none],
    ['an employee whose token may only read', as('Margaret', ['user:read']), hidden, hidden],
    ['a partner with user:write', partner('user:write', 'user:read'), none, hidden],
    ['a partner without it', partner('user:read'), closed, closed],
  ])('is changed by %s only with the right to it', async (_, viewer, ofCustomer, ofAdmin) => {
    for (const [role, expected] of [
      ['customer', ofCustomer],
      ['admin', ofAdmin],
    ] as const) {
      const userId = await newCustomer();
      const added = await run(customer(userId), 'addAddress', { address: address() }, 'address { id }');
      const addressId: string = added.payload.address.id;
      await service.db.query('UPDATE users SET roles = $2 WHERE id = $1', [userId, [role]]);
      const before = await countOf('events');
      const codes = [
        await run(viewer, 'updateProfile', { userId, email: `new.${userId}@example.com` }),
        await run(viewer, 'addAddress', { userId, address: address() }),
        await run(viewer, 'updateAddress', { addressId, address: address({ line1: 'new' }) }),
        await run(viewer, 'removeAddress', { addressId }),
      ].map(({ codes: [code = ''] }) => code);
      expect([role, codes]).toEqual([role, expected]);
      expect((await countOf('events')) - before).toBe(expected === none ? 4 : 0);
    }
  });

  test('whether an account exists is not told to whoever may not change it', async () => {
    const userId = '00000000-0000-4000-8000-000000009999';
    expect((await run(as('Carla'), 'updateProfile', { userId, name: 'x' })).codes).toEqual(['FORBIDDEN']);
    expect((await run(as('Margaret'), 'updateProfile', { userId, name: 'x' })).codes).toEqual(['USER_NOT_FOUND']);
    expect((await run(partner('user:write'), 'updateProfile', { name: 'x' })).codes).toEqual(['BAD_USER_INPUT']);
  });
});

describe('roles', () => {
  const assign = (viewer: Principal, userId: string, ...roles: string[]) =>
    run(viewer, 'assignRoles', { userId, roles }, 'user { roles }');

  test.each<[string, Principal, Record<'EMPLOYEE' | 'MANAGER' | 'ADMIN' | 'SUPER_ADMIN', string>]>([
    [
      'a visitor',
      visitor,
      {
        EMPLOYEE: 'UNAUTHENTICATED',
        MANAGER: 'UNAUTHENTICATED',
        ADMIN: 'UNAUTHENTICATED',
        SUPER_ADMIN: 'UNAUTHENTICATED',
      },
    ],
    [
      'a customer',
      as('Carla'),
      { EMPLOYEE: 'FORBIDDEN', MANAGER: 'FORBIDDEN', ADMIN: 'FORBIDDEN', SUPER_ADMIN: 'FORBIDDEN' },
    ],
    [
      'a partner',
      partner('user:write', 'team:manage'),
      {
        EMPLOYEE: 'ROLE_NOT_GRANTABLE',
        MANAGER: 'ROLE_NOT_GRANTABLE',
        ADMIN: 'ROLE_NOT_GRANTABLE',
        SUPER_ADMIN: 'ROLE_NOT_GRANTABLE',
      },
    ],
    [
      'an employee',
      as('Margaret'),
      {
        EMPLOYEE: 'ROLE_NOT_GRANTABLE',
        MANAGER: 'ROLE_NOT_GRANTABLE',
        ADMIN: 'ROLE_NOT_GRANTABLE',
        SUPER_ADMIN: 'ROLE_NOT_GRANTABLE',
      },
    ],
    [
      'a manager',
      as('Linus'),
      { EMPLOYEE: '', MANAGER: 'ROLE_NOT_GRANTABLE', ADMIN: 'ROLE_NOT_GRANTABLE', SUPER_ADMIN: 'ROLE_NOT_GRANTABLE' },
    ],
    [
      'an admin',
      as('Grace'),
      { EMPLOYEE: '', MANAGER: '', ADMIN: 'ROLE_NOT_GRANTABLE', SUPER_ADMIN: 'ROLE_NOT_GRANTABLE' },
    ],
    ['a super admin', as('Ada'), { EMPLOYEE: '', MANAGER: '', ADMIN: '', SUPER_ADMIN: '' }],
  ])('%s gives and takes what is in their hand', async (_, viewer, expected) => {
    const userId = await newCustomer();
    for (const [name, code] of Object.entries(expected)) {
      const before = await countOf('events');
      const given = await assign(viewer, userId, 'CUSTOMER', name);
      expect([name, given.codes]).toEqual([name, code === '' ? [] : [code]]);
      expect((await countOf('events')) - before).toBe(code === '' ? 1 : 0);
      // Taken away again by the same hand, or given by a higher one first.
      await service.db.query('UPDATE users SET roles = $2 WHERE id = $1', [userId, ['customer', name.toLowerCase()]]);
      const taken = await assign(viewer, userId, 'CUSTOMER');
      expect([name, taken.codes]).toEqual([name, code === '' ? [] : [code]]);
      await service.db.query(`UPDATE users SET roles = '{customer}' WHERE id = $1`, [userId]);
    }
  });

  test('the event tells the roles before and after, and who did it', async () => {
    const userId = await newCustomer();
    const { payload } = await assign(as('Linus'), userId, 'EMPLOYEE', 'CUSTOMER', 'EMPLOYEE');
    expect(payload.user.roles).toEqual(['CUSTOMER', 'EMPLOYEE']);
    expect((await eventsOf(userId)).at(-1)).toMatchObject({
      type: 'UserRolesAssigned',
      by: idOf('Linus'),
      data: { userId, roles: ['customer', 'employee'], previousRoles: ['customer'] },
    });
    await assign(as('Linus'), userId, 'CUSTOMER', 'EMPLOYEE');
    expect(await typesOf(userId)).toEqual(['UserRegistered', 'UserRolesAssigned']);
  });

  test('nobody changes their own, not even with the id in capitals', async () => {
    const id = await newCustomer();
    await service.db.query(`UPDATE users SET roles = '{super_admin}' WHERE id = $1`, [id]);
    const self: Principal = { kind: 'user', id, roles: ['super_admin'], scopes: null };
    expect((await assign(self, id, 'ADMIN')).codes).toEqual(['ROLE_NOT_GRANTABLE']);
    expect((await assign(self, id.toUpperCase(), 'ADMIN')).codes).toEqual(['ROLE_NOT_GRANTABLE']);
    expect(await typesOf(id)).toEqual(['UserRegistered']);
  });

  test('an account keeps at least one, and an unknown one gets none', async () => {
    expect((await assign(as('Ada'), idOf('Rosa'))).codes).toEqual(['BAD_USER_INPUT']);
    expect((await assign(as('Ada'), '00000000-0000-4000-8000-000000009999', 'EMPLOYEE')).codes).toEqual([
      'USER_NOT_FOUND',
    ]);
    expect((await assign(as('Ada'), 'no-uuid', 'EMPLOYEE')).codes).toEqual(['USER_NOT_FOUND']);
  });

  test('of two super admins who take each other’s role at once, one stays', async () => {
    const pair = [await newCustomer(), await newCustomer()] as const;
    await service.db.query(`UPDATE users SET roles = '{super_admin}' WHERE id = ANY($1)`, [pair]);
    const admin = (id: string): Principal => ({
      kind: 'user',
      id,
      roles: ['super_admin' satisfies Role],
      scopes: null,
    });
    const results = await Promise.all([
      assign(admin(pair[0]), pair[1], 'CUSTOMER'),
      assign(admin(pair[1]), pair[0], 'CUSTOMER'),
    ]);
    expect(results.map(({ codes }) => codes).toSorted()).toEqual([[], ['ROLE_NOT_GRANTABLE']]);
  });
});

// ---- What is left behind ----

describe('personal data', () => {
  test('can be read in no row of the database', async () => {
    const id = await newCustomer({ name: 'Shown', email: 'unseen.reader@example.com', phone: '+12025550188' });
    await run(customer(id), 'addAddress', {
      address: address({ recipient: 'Xaver Unseen', line2: 'Flat Zwölf', region: 'Farshire' }),
    });
    const [row] = await service.db.query<{ all: string }>(
      `SELECT (SELECT json_agg(users)::text FROM users WHERE id = $1::uuid) || (SELECT json_agg(addresses)::text FROM addresses WHERE user_id = $1::uuid)
           || (SELECT json_agg(events)::text FROM events WHERE aggregate_id = $1::text) AS all`,
      [id],
    );
    expect(row?.all).toContain('Shown');
    for (const secret of [
      'unseen.reader',
      '2025550188',
      'Xaver',
      'Hidden Lane',
      'Zwölf',
      'Nowhere',
      'Farshire',
      'ZZ1',
      'correct horse',
    ])
      expect(row?.all).not.toContain(secret);
    expect((await ask(customer(id), '{ me { addresses { recipient line2 region } } }')).data.me?.addresses).toEqual([
      { recipient: 'Xaver Unseen', line2: 'Flat Zwölf', region: 'Farshire' },
    ]);
  });

  test('that was copied to another row is an error there, not somebody else’s data', async () => {
    const [one, other] = [await newCustomer(), await newCustomer()];
    await service.db.query(
      'UPDATE users SET email_sealed = (SELECT email_sealed FROM users WHERE id = $2) WHERE id = $1',
      [one, other],
    );
    const { data, codes } = await ask(customer(one), '{ me { id email } }');
    expect([data, codes]).toEqual([{ me: { id: one, email: null } }, ['INTERNAL_SERVER_ERROR']]);
  });
});

test('every event is published, and fits its contract', async () => {
  const events = await eventually(async () => {
    const [state] = await service.db.query<{ waiting: number }>(
      'SELECT (SELECT count(*) FROM events) - published_position AS waiting FROM relay_state',
    );
    expect(state?.waiting).toBe(0);
    return readEvents(service.db, { after: 0, limit: 10_000 });
  });
  const known = events.map((event: StoredEvent) => parseEvent(accountEventSchemas, event)?.type);
  expect(new Set(known)).toEqual(new Set(Object.keys(accountEventSchemas)));
  expect(
    events.every(
      ({ topic, key, customerId, aggregateId }) =>
        topic === 'user-events' && key === aggregateId && customerId === aggregateId,
    ),
  ).toBe(true);
});

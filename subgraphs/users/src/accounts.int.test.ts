import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { demoAccounts } from '@supergraph/events';
import { eventLogMigrations } from '@supergraph/eventsourcing';
import { createDb, migrate, type Db } from '@supergraph/postgres';
import { createLogger } from '@supergraph/service-kit';
import { createTestDatabase, eventually } from '@supergraph/testing';
import { findAccounts, findAddressesOf } from './accountRows.ts';
import { demoPassword, demoPerson } from './demo/demoPeople.ts';
import { seedDemoAccounts } from './demo/seedDemoAccounts.ts';
import { createAccountPii } from './pii/accountPii.ts';
import { readKeyRing } from './pii/keyRing.ts';
import { rotatePii } from './pii/rotatePii.ts';
import { register } from './register.ts';
import { createVerifyPassword } from './verifyPassword.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const oldKey = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const newKey = `new:${Buffer.alloc(32, 2).toString('base64')}`;
const piiWith = (...keys: string[]) => createAccountPii(readKeyRing(keys.join()));
const cause = { userId: null, correlationId: 'test', causationId: null };
const now = () => new Date();

let db: Db;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase('accounts');
  drop = database.drop;
  const migrations = [eventLogMigrations, { name: 'users', url: new URL('../migrations', import.meta.url) }];
  await migrate({ url: database.url, migrations, log });
  // A test holds a lock for as long as others hash passwords.
  db = createDb({ url: database.url, applicationName: 'test', timeoutSeconds: 120, log });
});
afterAll(async () => {
  await db.close();
  await drop();
});
beforeEach(async () => {
  await db.query('TRUNCATE users, addresses, events');
});

const ada = demoAccounts[0]?.id ?? '';

describe('demo accounts', () => {
  test('are made once by processes that start at once, each with its events', async () => {
    const deps = { db, pii: piiWith(oldKey), now };
    // Both find the table empty and then wait for it, however long each one takes to hash.
    const seeding = await db.transaction(async (tx) => {
      await tx.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
      const both = Promise.allSettled([seedDemoAccounts(deps), seedDemoAccounts(deps)]);
      await eventually(async () => {
        const waiting = await db.query(
          'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0',
        );
        expect(waiting).toHaveLength(2);
      });
      return { both };
    });
    const made = await seeding.both;
    expect(made.map((result) => (result.status === 'fulfilled' ? result.value : result.reason)).toSorted()).toEqual([
      0, 20,
    ]);
    const counted = await db.query(
      `SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM addresses) AS addresses,
              (SELECT count(*) FROM events) AS events, (SELECT sum(version) FROM users) AS versions`,
    );
    expect(counted).toEqual([{ users: 20, addresses: 23, events: 43, versions: 43 }]);
  });

  test('are the accounts that the other services know, of every role, and can sign in', async () => {
    const deps = { db, pii: piiWith(oldKey), now };
    await seedDemoAccounts(deps);
    const verifyPassword = createVerifyPassword(deps);
    for (const { id, name, email, role } of demoAccounts.slice(0, 5))
      expect(await verifyPassword(email, demoPassword(name))).toEqual({ id, name, roles: [role] });
    for (const { name } of demoAccounts) expect(demoPerson(name).addresses.length).toBeGreaterThan(0);
  });

  test('leave a database alone that has accounts', async () => {
    const deps = { db, pii: piiWith(oldKey), now };
    await register(deps, { name: 'First', email: 'first@example.com', password: 'correct horse battery' }, cause);
    expect(await seedDemoAccounts(deps)).toBe(0);
  });
});

describe('a password', () => {
  test('is verified by any spelling of the address, and by no other password', async () => {
    const deps = { db, pii: piiWith(oldKey), now };
    const verifyPassword = createVerifyPassword(deps);
    const registration = { name: 'Walter', email: 'Walter@example.com', password: 'correct horse battery' };
    const { id } = await register(deps, registration, cause);
    const walter = { id, name: 'Walter', roles: ['customer'] };
    expect(await verifyPassword('wALTER@example.com ', 'correct horse battery')).toEqual(walter);
    expect(await verifyPassword('Walter@example.com', 'correct horse batterx')).toBeNull();
    expect(await verifyPassword('nobody@example.com', 'correct horse battery')).toBeNull();
    expect(await verifyPassword('Walter@example.com', 'x'.repeat(100_000))).toBeNull();
  });
});

describe('rotating the keys', () => {
  const keyIds = () =>
    db.query<{ key: string }>(
      `SELECT DISTINCT key FROM (
         SELECT split_part(email_index, '.', 1) AS key FROM users
         UNION ALL SELECT split_part(email_sealed, '.', 2) FROM users
         UNION ALL SELECT split_part(phone_sealed, '.', 2) FROM users WHERE phone_sealed IS NOT NULL
         UNION ALL SELECT split_part(unnest(ARRAY[recipient_sealed, line1_sealed, line2_sealed, city_sealed, region_sealed,
                                                  postal_code_sealed]), '.', 2) FROM addresses
       ) AS sealed WHERE key IS NOT NULL ORDER BY key`,
    );

  test('seals everything anew, after which the old key is not needed; nothing else changes', async () => {
    await seedDemoAccounts({ db, pii: piiWith(oldKey), now });
    const before = await db.query('SELECT id, version, updated_at, password_hash, roles FROM users ORDER BY id');
    expect(await keyIds()).toEqual([{ key: 'old' }]);

    // Batches smaller than the tables, so that there are several.
    expect(await rotatePii(db, piiWith(newKey, oldKey), 7)).toEqual({ users: 20, addresses: 23 });

    expect(await keyIds()).toEqual([{ key: 'new' }]);
    const pii = piiWith(newKey);
    const [account] = await findAccounts(db, [ada]);
    const [address] = await findAddressesOf(db, [ada]);
    if (account === undefined || address === undefined) throw new Error('Ada is gone.');
    expect([pii.emailOf(account), pii.phoneOf(account)]).toEqual(['ada@example.com', '+442079460101']);
    expect([pii.lineOf(address, 'line1'), pii.lineOf(address, 'line2')]).toEqual(['12 Analytical Row', null]);
    expect(await createVerifyPassword({ db, pii })('ada@example.com', demoPassword('Ada'))).toMatchObject({ id: ada });
    expect(await db.query('SELECT id, version, updated_at, password_hash, roles FROM users ORDER BY id')).toEqual(
      before,
    );
    expect(await db.query('SELECT 1 FROM events')).toHaveLength(43);
  });

  test('finds nothing to do the second time, and two at once do it once', async () => {
    await seedDemoAccounts({ db, pii: piiWith(oldKey), now });
    const pii = piiWith(newKey, oldKey);
    const [one, other] = await Promise.all([rotatePii(db, pii, 5), rotatePii(db, pii, 5)]);
    expect(one.users + other.users).toBe(20);
    expect(await rotatePii(db, pii)).toEqual({ users: 0, addresses: 0 });
  });

  test('one address cannot be registered twice while processes write with different keys', async () => {
    const registration = { name: 'Walter', email: 'walter@example.com', password: 'correct horse battery' };
    const before = { db, pii: piiWith(oldKey, newKey), now };
    const after = { db, pii: piiWith(newKey, oldKey), now };
    const results = await Promise.allSettled([
      register(before, registration, cause),
      register(after, { ...registration, email: 'WALTER@example.com' }, cause),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'EMAIL_TAKEN' } });
  });

  test('without the old key it says which row it cannot open, and changes nothing', async () => {
    await seedDemoAccounts({ db, pii: piiWith(oldKey), now });
    await expect(rotatePii(db, piiWith(newKey))).rejects.toThrow(`users.email of ${ada} is sealed with the key old`);
    expect(await keyIds()).toEqual([{ key: 'old' }]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, eventually, startTestPostgres } from '@supergraph/testing';
import { isUniqueViolation } from './databaseError.ts';
import { createDb, type Db } from './db.ts';

const log = { warn: () => undefined };
let db: Db;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase('postgres');
  db = createDb({ url: database.url, applicationName: 'test', log });
  drop = database.drop;
  await db.query('CREATE TABLE things (id int PRIMARY KEY)');
});
afterAll(async () => {
  await db.close();
  await drop();
});

describe('a database', () => {
  test('reads counts as numbers and times as RFC 3339 in UTC, wherever the server is', async () => {
    const [row] = await db.query(
      `SELECT 9007199254740991::bigint AS n, '2026-01-02T03:04:05.678+02:00'::timestamptz AS at, '{"a": 1}'::jsonb AS j`,
    );
    expect(row).toEqual({ n: 9_007_199_254_740_991, at: '2026-01-02T01:04:05.678Z', j: { a: 1 } });
  });

  test('keeps nothing of a transaction that failed, and its connection is good again', async () => {
    await expect(
      db.transaction(async (tx) => {
        await tx.query('INSERT INTO things VALUES (1)');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await db.query('SELECT * FROM things')).toEqual([]);
  });

  test('calls back after a commit, not after a rollback', async () => {
    let commits = 0;
    db.onCommit(() => (commits += 1));
    await db.transaction((tx) => tx.query('SELECT 1'));
    await db.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
    expect(commits).toBe(1);
  });

  test('names the constraint that a row broke', async () => {
    await db.query('INSERT INTO things VALUES (7)');
    const error: unknown = await db.query('INSERT INTO things VALUES (7)').catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'things_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'another')).toBe(false);
  });

  test('says DATABASE_UNAVAILABLE while its server is away, in and out of transactions, and recovers by itself', async () => {
    const server = await startTestPostgres();
    const own = createDb({ url: `${server.url}/postgres`, applicationName: 'test', log });
    try {
      await own.ping();
      const open = own.transaction(async (tx) => {
        await tx.query('SELECT 1');
        await server.kill();
        // The process behind a connection outlives the server by a moment, in which it may still answer.
        for (;;) await tx.query('SELECT 1');
      });
      await expect(open).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await expect(own.query('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await server.start();
      await eventually(() => own.ping());
    } finally {
      await own.close();
      await server.remove();
    }
  });
});

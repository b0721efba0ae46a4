import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { testBackingServices } from './config.ts';

export type TestDatabase = Readonly<{
  url: string;
  /** Ends whatever is still connected, and removes it. */
  drop(): Promise<void>;
}>;

/** An empty database of its own on the shared server; `label` shows up in its name. */
export const createTestDatabase = async (label: string): Promise<TestDatabase> => {
  const { postgresAdminUrl } = testBackingServices();
  const name = `test_${label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 30)}_${randomBytes(4).toString('hex')}`;
  await execute(postgresAdminUrl, `CREATE DATABASE ${name}`);
  return {
    url: `${postgresAdminUrl}/${name}`,
    drop: () => execute(postgresAdminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
};

const execute = async (serverUrl: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: `${serverUrl}/postgres` });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

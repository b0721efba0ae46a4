import pg from 'pg';
import { asDatabaseError } from './databaseError.ts';

/** Runs one statement; `Row` is the shape that the statement's columns have by the schema. */
export type Query = <Row extends pg.QueryResultRow = pg.QueryResultRow>(
  sql: string,
  params?: readonly unknown[],
) => Promise<readonly Row[]>;

/** An open transaction. */
export type Tx = Readonly<{ query: Query }>;

/** A pool of connections to one database. bigint comes as number, timestamptz as RFC 3339 UTC, jsonb parsed. */
export type Db = Readonly<{
  /** @throws DomainError DATABASE_UNAVAILABLE when the server cannot be reached. */
  query: Query;
  /**
   * Commits when `work` resolves, rolls back when it throws. Keep it short: until it
   * ends, nobody sees its events (docs/adr/0003), and it holds one of few connections.
   */
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Resolves when the server answers. */
  ping: () => Promise<void>;
  /** Calls back after each commit of a transaction in this process: whoever waits for new rows looks then. */
  onCommit: (listener: () => void) => void;
  /** How many statements were sent so far (without BEGIN, COMMIT, ROLLBACK): what tests and metrics count. */
  statements: () => number;
  close: () => Promise<void>;
}>;

/** What a pool needs to know. */
export type DbOptions = Readonly<{
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Most connections at once; five services share the 100 of an embedded server. */
  max?: number;
  /** Seconds that a connection, a statement, or a transaction that does nothing may take. */
  timeoutSeconds?: number;
  log: Readonly<{ warn: (details: object, message: string) => void }>;
}>;

/** Reads bigint as number (positions and counts stay below 2^53) and times as text: events hold strings, not Dates. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.INT8) return (text: string) => Number(text);
    if (oid === pg.types.builtins.TIMESTAMPTZ) {
      const parse = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;
      return (text: string) => parse(text).toISOString();
    }
    return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format);
  },
};

/** Connects on first use. */
export function createDb({ url, applicationName, max = 15, timeoutSeconds = 10, log }: DbOptions): Db {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    types,
    connectionTimeoutMillis: timeoutSeconds * 1_000,
    statement_timeout: timeoutSeconds * 1_000,
    idle_in_transaction_session_timeout: timeoutSeconds * 1_000,
    keepAlive: true,
  });
  // Without a listener an idle connection that the server ends would take the process down.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  let count = 0;
  const commitListeners: (() => void)[] = [];

  const run = async <Row extends pg.QueryResultRow>(
    on: pg.Pool | pg.PoolClient,
    sql: string,
    params: readonly unknown[] = [],
  ): Promise<readonly Row[]> => {
    count += 1;
    try {
      return (await on.query<Row>(sql, [...params])).rows;
    } catch (error) {
      throw asDatabaseError(error);
    }
  };

  const connect = async (): Promise<pg.PoolClient> => {
    try {
      return await pool.connect();
    } catch (error) {
      throw asDatabaseError(error);
    }
  };

  return {
    query: (sql, params) => run(pool, sql, params),
    transaction: async (work) => {
      const client = await connect();
      // A connection that breaks between two statements reports it here, not as a rejected promise.
      const onError = (error: Error) => log.warn({ err: error }, 'a database connection was lost in a transaction');
      client.on('error', onError);
      let broken = false;
      try {
        await client.query('BEGIN');
        const result = await work({ query: (sql, params) => run(client, sql, params) });
        await client.query('COMMIT');
        for (const listener of commitListeners) listener();
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => (broken = true));
        throw asDatabaseError(error);
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    ping: async () => void (await run(pool, 'SELECT 1')),
    onCommit: (listener) => void commitListeners.push(listener),
    statements: () => count,
    close: () => pool.end(),
  };
}

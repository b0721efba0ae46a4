import type { Db, Tx } from '@supergraph/postgres';
import { sha256Of, type OperationType, type RegisteredOperation } from './manifest.ts';

/** The list of whom everybody may use by id: those of our own clients. */
export const everybody = '*';

/** An operation as it is stored. */
export type StoredOperation = RegisteredOperation &
  Readonly<{
    clientId: string;
    sha256: string;
    cost: number | null;
    publishedAt: string;
    revokedAt: string | null;
    revision: number;
  }>;

export type Publication = Readonly<{
  clientId: string;
  operations: readonly (RegisteredOperation & Readonly<{ cost: number | null }>)[];
  /** What was overruled, when the publication was forced. */
  problems: readonly string[];
  forced: boolean;
}>;

/** Registered operations in the gateway's database. */
export type OperationStore = Readonly<{
  /** Adds operations to a client's list and replaces those with the same id; all or none. */
  publish: (publication: Publication) => Promise<void>;
  /** Takes operations from a client's list, all of them without ids; returns the ids that were there. */
  revoke: (clientId: string, ids: readonly string[] | null) => Promise<readonly string[]>;
  /** What may be run now, of one client or of all. */
  list: (clientId?: string) => Promise<readonly StoredOperation[]>;
  /** Everything that was published or revoked after a revision, in order. */
  changesSince: (revision: number) => Promise<readonly StoredOperation[]>;
  /** Writes down that a schema was accepted although it breaks operations: they are no problem afterwards. */
  acceptProblems: (problems: readonly string[]) => Promise<void>;
  acceptedProblems: () => Promise<ReadonlySet<string>>;
}>;

type Row = {
  client_id: string;
  id: string;
  name: string;
  type: OperationType;
  body: string;
  sha256: string;
  cost: number | null;
  published_at: string;
  revoked_at: string | null;
  revision: number;
};

const fromRow = ({ client_id, published_at, revoked_at, ...row }: Row): StoredOperation => ({
  ...row,
  clientId: client_id,
  publishedAt: published_at,
  revokedAt: revoked_at,
});

export const createOperationStore = (db: Db): OperationStore => ({
  publish: ({ clientId, operations, problems, forced }) =>
    db.transaction(async (tx) => {
      const revision = await nextRevision(tx);
      for (const { id, name, type, body, cost } of operations) {
        await tx.query(
          `INSERT INTO persisted_operations (client_id, id, name, type, body, sha256, cost, revision)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (client_id, id) DO UPDATE SET name = $3, type = $4, body = $5, sha256 = $6, cost = $7,
             revision = $8, published_at = now(), revoked_at = NULL`,
          [clientId, id, name, type, body, sha256Of(body), cost, revision],
        );
      }
      await log(tx, { action: 'publish', clientId, ids: operations.map(({ id }) => id), forced, problems });
    }),

  revoke: (clientId, ids) =>
    db.transaction(async (tx) => {
      const revision = await nextRevision(tx);
      const rows = await tx.query<{ id: string }>(
        `UPDATE persisted_operations SET revoked_at = now(), revision = $2
         WHERE client_id = $1 AND revoked_at IS NULL AND ($3::text[] IS NULL OR id = ANY ($3)) RETURNING id`,
        [clientId, revision, ids],
      );
      const revoked = rows.map(({ id }) => id).toSorted();
      await log(tx, { action: 'revoke', clientId, ids: revoked, forced: false, problems: [] });
      return revoked;
    }),

  list: async (clientId) =>
    (
      await db.query<Row>(
        `SELECT * FROM persisted_operations WHERE revoked_at IS NULL AND ($1::text IS NULL OR client_id = $1)
         ORDER BY client_id, name, id`,
        [clientId ?? null],
      )
    ).map(fromRow),

  changesSince: async (revision) =>
    (await db.query<Row>('SELECT * FROM persisted_operations WHERE revision > $1 ORDER BY revision', [revision])).map(
      fromRow,
    ),

  acceptProblems: (problems) =>
    db.transaction((tx) => log(tx, { action: 'check', clientId: null, ids: [], forced: true, problems })),

  acceptedProblems: async () => {
    const rows = await db.query<{ problem: string }>(
      `SELECT DISTINCT unnest(problems) AS problem FROM persisted_operations_log WHERE action = 'check' AND forced`,
    );
    return new Set(rows.map(({ problem }) => problem));
  },
});

const nextRevision = async (tx: Tx): Promise<number> => {
  const [row] = await tx.query<{ revision: number }>(
    'UPDATE persisted_operations_revision SET revision = revision + 1 RETURNING revision',
  );
  if (row === undefined) throw new Error('persisted_operations_revision has lost its row.');
  return row.revision;
};

type Logged = Readonly<{
  action: 'publish' | 'revoke' | 'check';
  clientId: string | null;
  ids: readonly string[];
  forced: boolean;
  problems: readonly string[];
}>;

const log = async (tx: Tx, { action, clientId, ids, forced, problems }: Logged): Promise<void> => {
  await tx.query(
    'INSERT INTO persisted_operations_log (action, client_id, ids, forced, problems) VALUES ($1, $2, $3, $4, $5)',
    [action, clientId, ids, forced, problems],
  );
};

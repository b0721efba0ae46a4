import type { Tx } from '@supergraph/postgres';

/** A state and the version of the aggregate it stands for. */
export type Versioned<State> = Readonly<{ state: State; version: number }>;

/** The latest snapshot of an aggregate in this shape of its state, or null. */
export async function readSnapshot(
  tx: Tx,
  aggregate: Readonly<{ type: string; id: string; stateVersion: number }>,
): Promise<Versioned<unknown> | null> {
  const [row] = await tx.query<{ state: unknown; aggregate_version: number }>(
    `SELECT state, aggregate_version FROM snapshots
     WHERE aggregate_type = $1 AND aggregate_id = $2 AND state_version = $3`,
    [aggregate.type, aggregate.id, aggregate.stateVersion],
  );
  return row === undefined ? null : { state: row.state, version: row.aggregate_version };
}

/** Replaces the snapshot of an aggregate, unless a later one is there already. */
export async function writeSnapshot(
  tx: Tx,
  aggregate: Readonly<{ type: string; id: string; stateVersion: number }>,
  { state, version }: Versioned<unknown>,
): Promise<void> {
  await tx.query(
    `INSERT INTO snapshots (aggregate_type, aggregate_id, aggregate_version, state_version, state)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE
       SET aggregate_version = excluded.aggregate_version, state_version = excluded.state_version,
           state = excluded.state, taken_at = now()
       WHERE snapshots.aggregate_version < excluded.aggregate_version
          OR snapshots.state_version <> excluded.state_version`,
    [aggregate.type, aggregate.id, version, aggregate.stateVersion, JSON.stringify(state)],
  );
}

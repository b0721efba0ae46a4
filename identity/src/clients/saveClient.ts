import type { Tx } from '@supergraph/postgres';
import { clientMetadata, type ClientMetadata } from './clientMetadata.ts';

/** A program as it is registered. */
export type NewClient = Readonly<{
  id: string;
  metadata: ClientMetadata;
  firstParty: boolean;
  /** Scopes of the API. */
  scopes: readonly string[];
  quotaTier: string;
}>;

/** Writes a program, or what has changed of it; its secrets stay as they are. */
export const saveClient = async (tx: Tx, { id, metadata, firstParty, scopes, quotaTier }: NewClient): Promise<void> => {
  await tx.query(
    `INSERT INTO clients (id, metadata, first_party, scopes, quota_tier) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, first_party = excluded.first_party,
       scopes = excluded.scopes, quota_tier = excluded.quota_tier`,
    [id, JSON.stringify(clientMetadata.parse(metadata)), firstParty, scopes, quotaTier],
  );
};

import type { Db } from '@supergraph/postgres';
import { endGrants } from '../storage/endGrants.ts';

/** A program that may act for a person. */
export type Access = Readonly<{
  clientId: string;
  name: string;
  /** What it was allowed. */
  scopes: readonly string[];
  firstParty: boolean;
  /** When it was first allowed something that still holds. */
  since: Date;
}>;

/** What people have allowed programs. */
export type AccessList = Readonly<{
  of: (accountId: string) => Promise<readonly Access[]>;
  /**
   * Ends all that a program may for a person: its refresh tokens at once, its access tokens as soon as gateways hear of it.
   *
   * @returns whether there was anything
   */
  withdraw: (accountId: string, clientId: string) => Promise<boolean>;
}>;

type Row = Readonly<{
  clientId: string;
  name: string;
  scopes: readonly string[];
  firstParty: boolean;
  since: string;
}>;

/** @param tokenSeconds the life of an access token */
export const createAccess = (db: Db, tokenSeconds: number): AccessList => ({
  of: async (accountId) => {
    const rows = await db.query<Row>(
      `SELECT client_id AS "clientId", min(metadata->>'client_name') AS name, bool_or(first_party) AS "firstParty",
              to_timestamp(min((payload->>'iat')::bigint)) AS since,
              ARRAY(SELECT DISTINCT scope FROM grants AS theirs,
                      LATERAL (SELECT theirs.payload->'openid'->>'scope' AS text
                               UNION ALL SELECT value FROM jsonb_each_text(theirs.payload->'resources')) AS given,
                      LATERAL unnest(string_to_array(given.text, ' ')) AS scope
                    WHERE theirs.account_id = $1 AND theirs.client_id = grants.client_id AND theirs.expires_at > now()
                      AND scope <> '' ORDER BY scope) AS scopes
       FROM grants JOIN clients ON clients.id = client_id
       WHERE account_id = $1 AND expires_at > now()
       GROUP BY client_id ORDER BY name, client_id`,
      [accountId],
    );
    return rows.map((row) => ({ ...row, since: new Date(row.since) }));
  },
  withdraw: (accountId, clientId) =>
    db.transaction(async (tx) => {
      const grants = await tx.query<{ id: string }>(
        'SELECT id FROM grants WHERE account_id = $1 AND client_id = $2 FOR UPDATE',
        [accountId, clientId],
      );
      await endGrants(
        tx,
        grants.map(({ id }) => id),
        tokenSeconds,
      );
      return grants.length > 0;
    }),
});

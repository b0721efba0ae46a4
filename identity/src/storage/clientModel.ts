import type { Db } from '@supergraph/postgres';
import type { Adapter } from 'oidc-provider';
import type { z } from 'zod';
import { clientMetadata } from '../clients/clientMetadata.ts';
import { oidcScopes } from '../provider/scopes.ts';

type Row = Readonly<{
  metadata: z.input<typeof clientMetadata>;
  firstParty: boolean;
  scopes: readonly string[];
  quotaTier: string;
  secrets: readonly string[];
}>;

const unused = () => Promise.resolve(undefined);

/**
 * Registered programs. In the place of `client_secret` are the hashes of those that hold at the moment; the provider
 * compares by hash (createProvider).
 */
export const createClientModel = (db: Db): Adapter => ({
  find: async (id) => {
    const [row] = await db.query<Row>(
      `SELECT metadata, first_party AS "firstParty", scopes, quota_tier AS "quotaTier",
              ARRAY(SELECT hash FROM client_secrets WHERE client_id = id AND (expires_at IS NULL OR expires_at > now())
                    ORDER BY hash) AS secrets
       FROM clients WHERE id = $1 AND disabled_at IS NULL`,
      [id],
    );
    if (row === undefined) return undefined;
    const metadata = clientMetadata.parse(row.metadata);
    return {
      ...metadata,
      client_id: id,
      scope: oidcScopes.join(' '),
      first_party: row.firstParty,
      api_scopes: row.scopes,
      quota_tier: row.quotaTier,
      // Without one nobody can sign in as it, but it still is a client.
      ...(/^client_secret/.test(metadata.token_endpoint_auth_method) && {
        client_secret: row.secrets.join(' ') || 'none',
      }),
    };
  },
  // Clients are registered by operators (clients/), never by whoever asks.
  upsert: () => Promise.reject(new Error('Clients are not registered through the provider.')),
  destroy: unused,
  findByUid: unused,
  findByUserCode: unused,
  consume: unused,
  revokeByGrantId: unused,
});

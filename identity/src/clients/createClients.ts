import { randomBytes } from 'node:crypto';
import type { Db, Tx } from '@supergraph/postgres';
import { z } from 'zod';
import { accountClientId } from '../account/accountClient.ts';
import type { Audit } from '../audit/createAudit.ts';
import { apiScopes } from '../provider/scopes.ts';
import type { Secrets } from '../secrets.ts';
import { endClient, endClientRights } from '../storage/endGrants.ts';
import { usableMetadata } from './clientMetadata.ts';
import { saveClient } from './saveClient.ts';

/** What an operator writes about a program. */
export const registration = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{2,62}$/, 'must be 3 to 63 small letters, digits and hyphens')
    .refine((id) => id !== accountClientId, 'is that of the account page')
    // A program is the subject of its own tokens: it must not be taken for a person (RFC 9700, section 4.15).
    .refine((id) => !z.guid().safeParse(id).success, 'must not look like the id of an account'),
  metadata: usableMetadata,
  firstParty: z.boolean().default(false),
  scopes: z.array(z.enum(apiScopes, 'must be a permission of the API')).default([]),
  quotaTier: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .default('partner'),
});

export type Registration = z.input<typeof registration>;

/** The programs that may ask for tokens. */
export type Clients = Readonly<{
  /**
   * Registers a program, or changes what is known of it. When it may do less than before, its access tokens end as soon as
   * gateways hear of it, and the next ones say what it may now.
   *
   * @returns its secret when it is new and has one: shown this once, kept as a hash only
   * @throws ZodError when the registration does not fit
   */
  register: (given: Registration) => Promise<string | null>;
  /**
   * Gives a program another secret; those it has hold on for the overlap, so that it can change over at leisure.
   *
   * @throws Error when there is no such program, or it has no secret
   */
  rotateSecret: (id: string, overlapSeconds: number) => Promise<string>;
  /**
   * Ends a program: from now on it gets no tokens, what people have allowed it is gone with its refresh tokens, and its
   * access tokens end as soon as gateways hear of it, which is within seconds.
   *
   * @returns whether it was in use until now
   * @throws Error when there is no such program
   */
  disable: (id: string) => Promise<boolean>;
  /**
   * Lets a disabled program ask for tokens again, with the secrets it had. People have to allow it anew.
   *
   * @returns whether it was disabled until now
   * @throws Error when there is no such program
   */
  enable: (id: string) => Promise<boolean>;
  /** All of them, by id. */
  list: () => Promise<readonly KnownClient[]>;
}>;

export type ClientsOptions = Readonly<{
  db: Db;
  secrets: Pick<Secrets, 'hash'>;
  audit: Pick<Audit, 'append'>;
  /** The life of an access token. */
  tokenSeconds: number;
}>;

/** What is known of a program that is registered. */
export type KnownClient = Readonly<{
  id: string;
  name: string;
  method: string;
  firstParty: boolean;
  scopes: readonly string[];
  quotaTier: string;
  /** How many secrets hold at the moment. */
  secrets: number;
  disabled: boolean;
}>;

/** Clients are registered by operators: an open registration (RFC 7591) would be an invitation. */
export const createClients = ({ db, secrets, audit, tokenSeconds }: ClientsOptions): Clients => {
  const addSecret = async (tx: Tx, id: string): Promise<string> => {
    const secret = randomBytes(32).toString('base64url');
    await tx.query('INSERT INTO client_secrets (client_id, hash) VALUES ($1, $2)', [id, secrets.hash(secret)]);
    return secret;
  };

  /** @returns whether there was anything to change */
  const change = (id: string, statement: string, then: (tx: Tx) => Promise<void>): Promise<boolean> =>
    db.transaction(async (tx) => {
      if ((await tx.query('SELECT FROM clients WHERE id = $1 FOR UPDATE', [id])).length === 0) throw unknown(id);
      const changed = (await tx.query(statement, [id])).length > 0;
      if (changed) await then(tx);
      return changed;
    });

  return {
    register: (given) => {
      const { id, ...client } = registration.parse(given);
      return db.transaction(async (tx) => {
        const [before] = await tx.query<{ scopes: readonly string[]; firstParty: boolean }>(
          'SELECT scopes, first_party AS "firstParty" FROM clients WHERE id = $1 FOR UPDATE',
          [id],
        );
        await saveClient(tx, { id, ...client });
        if (before !== undefined && mayLess(before, client)) await endClientRights(tx, id, tokenSeconds);
        await audit.append(tx, { type: 'ClientRegistered', data: { clientId: id } });
        if (!/^client_secret/.test(client.metadata.token_endpoint_auth_method)) return null;
        const existing = await tx.query('SELECT FROM client_secrets WHERE client_id = $1 LIMIT 1', [id]);
        return existing.length > 0 ? null : addSecret(tx, id);
      });
    },
    rotateSecret: (id, overlapSeconds) =>
      db.transaction(async (tx) => {
        const [client] = await tx.query<{ method: string }>(
          `SELECT metadata->>'token_endpoint_auth_method' AS method FROM clients WHERE id = $1 FOR UPDATE`,
          [id],
        );
        if (client === undefined) throw unknown(id);
        if (!client.method.startsWith('client_secret')) throw new Error(`The client ${id} has no secret.`);
        await tx.query(
          `UPDATE client_secrets SET expires_at = least(expires_at, now() + make_interval(secs => $2)) WHERE client_id = $1`,
          [id, overlapSeconds],
        );
        await tx.query('DELETE FROM client_secrets WHERE client_id = $1 AND expires_at <= now()', [id]);
        await audit.append(tx, { type: 'ClientSecretRotated', data: { clientId: id } });
        return addSecret(tx, id);
      }),
    disable: (id) =>
      change(
        id,
        'UPDATE clients SET disabled_at = now() WHERE id = $1 AND disabled_at IS NULL RETURNING id',
        async (tx) => {
          await endClient(tx, id, tokenSeconds);
          await audit.append(tx, { type: 'ClientDisabled', data: { clientId: id } });
        },
      ),
    enable: (id) =>
      change(id, 'UPDATE clients SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL RETURNING id', (tx) =>
        audit.append(tx, { type: 'ClientEnabled', data: { clientId: id } }),
      ),
    list: () =>
      db.query<KnownClient>(
        `SELECT id, metadata->>'client_name' AS name, metadata->>'token_endpoint_auth_method' AS method,
                first_party AS "firstParty", scopes, quota_tier AS "quotaTier", disabled_at IS NOT NULL AS disabled,
                (SELECT count(*)::int FROM client_secrets
                 WHERE client_id = id AND (expires_at IS NULL OR expires_at > now())) AS secrets
         FROM clients ORDER BY id`,
      ),
  };
};

type Allowed = Readonly<{ scopes: readonly string[]; firstParty: boolean }>;

/** What a program of our own may is what its user may, whatever its scopes are. */
const mayLess = (before: Allowed, now: Allowed): boolean =>
  before.firstParty !== now.firstParty ? before.firstParty : before.scopes.some((scope) => !now.scopes.includes(scope));

const unknown = (id: string): Error => new Error(`There is no client ${id}. \`clients list\` shows those there are.`);

import { createHash, createPrivateKey, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { revoked } from '@supergraph/auth';
import type { Db, Tx } from '@supergraph/postgres';
import type { Secrets } from '../secrets.ts';
import { recordRevocation } from '../tokens/recordRevocation.ts';

/** A private RSA key as oidc-provider takes it (RFC 7517). */
export type SigningKey = JsonWebKey & Readonly<{ kid: string; alg: 'RS256'; use: 'sig' }>;

/** What operators see of a key: it signs, will sign, or is only published for tokens from before. */
export type PublishedKey = Readonly<{
  kid: string;
  state: 'signs' | 'next' | 'previous';
  signsAt: string;
  /** When it is published no more; null while nothing follows it. */
  withdrawnAt: string | null;
}>;

export type SigningKeys = Readonly<{
  /** The keys of this moment, in the order of `load`. */
  list: () => Promise<readonly PublishedKey[]>;
  /** The keys of this moment: the one that signs first, then those that are only published. Makes the first one. */
  load: () => Promise<readonly SigningKey[]>;
  /**
   * Makes a successor: published at once, signing after the lead, so that every verifier has it by then. The key it
   * follows stays published for as long as its tokens live.
   */
  rotate: () => Promise<string>;
  /**
   * Withdraws a key at once, for one that somebody else may have: it is published no more, and gateways refuse every
   * token of it. When it was the one that signs, its successor signs from now on, or a new key does.
   *
   * @returns the key that signs now
   * @throws Error when no such key is published
   */
  withdraw: (kid: string) => Promise<string>;
}>;

export type SigningKeysOptions = Readonly<{
  db: Db;
  secrets: Pick<Secrets, 'seal' | 'open'>;
  leadSeconds: number;
  /** The longest life of a token that these keys sign. */
  tokenSeconds: number;
}>;

/** Any number that no other lock of this database has. */
const rotationLock = 4_005_001;

const published = '(withdrawn_at IS NULL OR withdrawn_at > now())';
const signingFirst = 'signs_at <= now() DESC, CASE WHEN signs_at <= now() THEN signs_at END DESC, signs_at';

const place = (kid: string): string => `signing key ${kid}`;

/** The keys that sign tokens (RS256): in the database, sealed, so that all replicas sign with the same one. */
export const createSigningKeys = ({ db, secrets, leadSeconds, tokenSeconds }: SigningKeysOptions): SigningKeys => {
  const insert = async (tx: Tx, lead: number): Promise<string> => {
    const { kid, pem } = await makeKey();
    await tx.query(
      `INSERT INTO signing_keys (kid, sealed, created_at, signs_at) VALUES ($1, $2, now(), now() + make_interval(secs => $3))`,
      [kid, secrets.seal(place(kid), pem), lead],
    );
    return kid;
  };

  const ensureOne = (): Promise<void> =>
    db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [rotationLock]);
      if ((await signing(tx)) === undefined) await insert(tx, 0);
    });

  /** The key that signs at this moment, if there is one. */
  const signing = async (tx: Tx): Promise<string | undefined> => {
    const [row] = await tx.query<{ kid: string }>(
      `SELECT kid FROM signing_keys WHERE signs_at <= now() AND ${published} ORDER BY signs_at DESC LIMIT 1`,
    );
    return row?.kid;
  };

  const read = (): Promise<readonly Readonly<{ kid: string; sealed: string }>[]> =>
    db.query(`SELECT kid, sealed FROM signing_keys WHERE ${published} ORDER BY ${signingFirst}`);

  return {
    list: () =>
      db.query<PublishedKey>(
        `SELECT kid, signs_at AS "signsAt", withdrawn_at AS "withdrawnAt",
                CASE WHEN signs_at > now() THEN 'next'
                     WHEN signs_at = max(signs_at) FILTER (WHERE signs_at <= now()) OVER () THEN 'signs'
                     ELSE 'previous' END AS state
         FROM signing_keys WHERE ${published} ORDER BY ${signingFirst}`,
      ),
    load: async () => {
      let rows = await read();
      if (rows.length === 0) {
        await ensureOne();
        rows = await read();
      }
      return rows.map(({ kid, sealed }) => asJwk(kid, secrets.open(place(kid), sealed)));
    },
    rotate: () =>
      db.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock($1)', [rotationLock]);
        const kid = await insert(tx, leadSeconds);
        await tx.query(
          `UPDATE signing_keys SET withdrawn_at = now() + make_interval(secs => $2) WHERE kid <> $1 AND withdrawn_at IS NULL`,
          [kid, leadSeconds + 2 * tokenSeconds],
        );
        await tx.query('DELETE FROM signing_keys WHERE withdrawn_at < now()');
        return kid;
      }),
    withdraw: (kid) =>
      db.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock($1)', [rotationLock]);
        const signedWith = await signing(tx);
        const withdrawn = await tx.query(`DELETE FROM signing_keys WHERE kid = $1 AND ${published} RETURNING kid`, [
          kid,
        ]);
        if (withdrawn.length === 0) throw new Error(`No key ${kid} is published. \`keys list\` shows those that are.`);
        await recordRevocation(tx, revoked.key(kid), tokenSeconds);
        if (signedWith !== kid && signedWith !== undefined) {
          // What was to follow it may be what is gone; then it goes on.
          await tx.query(
            `UPDATE signing_keys SET withdrawn_at = NULL
             WHERE kid = $1 AND NOT EXISTS (SELECT FROM signing_keys WHERE withdrawn_at IS NULL)`,
            [signedWith],
          );
          return signedWith;
        }
        // One that is published already is known to verifiers; a new one they look up when they meet it.
        const [next] = await tx.query<{ kid: string }>(
          `UPDATE signing_keys SET signs_at = now(), withdrawn_at = NULL WHERE kid = (
             SELECT kid FROM signing_keys WHERE signs_at > now() ORDER BY signs_at LIMIT 1
           ) RETURNING kid`,
        );
        return next?.kid ?? insert(tx, 0);
      }),
  };
};

const makeKey = async (): Promise<Readonly<{ kid: string; pem: string }>> => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    // Nothing that a command line takes for an option.
    kid: createHash('sha256').update(der).digest('hex').slice(0, 16),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};

const asJwk = (kid: string, pem: string): SigningKey => ({
  ...createPrivateKey(pem).export({ format: 'jwk' }),
  kid,
  alg: 'RS256',
  use: 'sig',
});

import { randomUUID } from 'node:crypto';
import { isUniqueViolation, type Db } from '@supergraph/postgres';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { Account } from '../accounts/createAccounts.ts';
import type { Secrets } from '../secrets.ts';

/** What a browser is asked for, as JSON, and the challenge in it that the answer has to sign. */
export type PasskeyRequest = Readonly<{ options: string; challenge: string }>;

/** How a passkey is kept (RFC 8176): `hwk` in one device, `swk` where it is synchronised. */
export type PasskeyMethod = 'hwk' | 'swk';

/**
 * Passkeys (WebAuthn Level 3): the person is verified by the device, each time, so a passkey is two factors by itself:
 * the device that somebody has, and what the device knows them by.
 */
export type Passkeys = Readonly<{
  askToCreate: (account: Account) => Promise<PasskeyRequest>;
  /** @returns false when the answer does not hold, or the passkey is somebody's already. */
  add: (accountId: string, answer: string, challenge: string) => Promise<boolean>;
  askToUse: (accountId: string) => Promise<PasskeyRequest>;
  /** @returns null when it does not hold */
  use: (accountId: string, answer: string, challenge: string) => Promise<PasskeyMethod | null>;
  /** Asks for a passkey of whoever is there, without a name: the authenticator says whose it is. */
  askToSignIn: () => Promise<PasskeyRequest>;
  /** @returns whose passkey answered; null when it does not hold, or is nobody's */
  signIn: (answer: string, challenge: string) => Promise<Readonly<{ accountId: string; method: PasskeyMethod }> | null>;
}>;

const stored = z.object({ publicKey: z.string(), counter: z.number(), transports: z.array(z.string()).optional() });

/** Only what is looked at before the library, which checks the rest. */
const answerSchema = z.looseObject({
  id: z.string(),
  rawId: z.string(),
  type: z.literal('public-key'),
  response: z.looseObject({ userHandle: z.string().optional() }),
});

type Row = Readonly<{ id: string; credentialId: string; sealed: string }>;

const place = (id: string): string => `factor ${id}`;

export const createPasskeys = ({
  db,
  secrets,
  issuer,
}: Readonly<{ db: Db; secrets: Pick<Secrets, 'seal' | 'open'>; issuer: string }>): Passkeys => {
  const { origin, hostname: rpID } = new URL(issuer);
  const rpName = 'Commerce Supergraph';

  const ofAccount = (accountId: string): Promise<readonly Row[]> =>
    db.query<Row>(
      `SELECT id, credential_id AS "credentialId", sealed FROM factors WHERE account_id = $1 AND kind = 'passkey'`,
      [accountId],
    );

  const ofCredential = (credentialId: string): Promise<readonly (Row & { accountId: string })[]> =>
    db.query<Row & { accountId: string }>(
      `SELECT id, account_id AS "accountId", credential_id AS "credentialId", sealed FROM factors
       WHERE credential_id = $1 AND kind = 'passkey'`,
      [credentialId],
    );

  /** Verifies what an authenticator has signed, and counts the use. */
  const verifyUse = async (row: Row, response: unknown, expectedChallenge: string): Promise<PasskeyMethod | null> => {
    const kept = stored.parse(JSON.parse(secrets.open(place(row.id), row.sealed)));
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      credential: {
        id: row.credentialId,
        publicKey: new Uint8Array(Buffer.from(kept.publicKey, 'base64url')),
        counter: kept.counter,
      },
    });
    if (!verified) return null;
    await db.query('UPDATE factors SET sealed = $2, used_at = now() WHERE id = $1', [
      row.id,
      secrets.seal(place(row.id), JSON.stringify({ ...kept, counter: info.newCounter })),
    ]);
    return info.credentialDeviceType === 'singleDevice' ? 'hwk' : 'swk';
  };

  /** An answer that is no answer, or one that the library refuses, is the same to the person: it did not work. */
  const holds = async <T>(
    answer: string,
    verify: (parsed: z.infer<typeof answerSchema>) => Promise<T>,
  ): Promise<T | null> => {
    try {
      return await verify(answerSchema.parse(JSON.parse(answer)));
    } catch (error) {
      // The library throws plain errors that name what is wrong; the database's are DomainErrors or have a code.
      if (error instanceof Error && !('code' in error && error.code !== undefined)) return null;
      throw error;
    }
  };

  return {
    askToCreate: async (account) => {
      const known = await ofAccount(account.id);
      const options = await generateRegistrationOptions({
        rpName,
        rpID,
        userID: new TextEncoder().encode(account.id),
        userName: account.email,
        userDisplayName: account.name,
        attestationType: 'direct',
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      });
      return { options: JSON.stringify(options), challenge: options.challenge };
    },

    add: async (accountId, answer, expectedChallenge) => {
      const result = await holds(answer, (response) =>
        verifyRegistrationResponse({
          response: response as unknown as RegistrationResponseJSON,
          expectedChallenge,
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: true,
        }),
      );
      if (result?.verified !== true) return false;
      const { credential } = result.registrationInfo;
      const id = randomUUID();
      const kept = {
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: credential.transports,
      };
      try {
        await db.query(
          'INSERT INTO factors (id, account_id, kind, sealed, credential_id) VALUES ($1, $2, $3, $4, $5)',
          [id, accountId, 'passkey', secrets.seal(place(id), JSON.stringify(kept)), credential.id],
        );
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },

    askToUse: async (accountId) => {
      const known = await ofAccount(accountId);
      const options = await generateAuthenticationOptions({
        rpID,
        userVerification: 'required',
        allowCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      });
      return { options: JSON.stringify(options), challenge: options.challenge };
    },

    use: async (accountId, answer, challenge) => {
      const known = await ofAccount(accountId);
      return holds(answer, async (given) => {
        const row = known.find(({ credentialId }) => credentialId === given.id);
        return row === undefined ? null : verifyUse(row, given, challenge);
      });
    },

    askToSignIn: async () => {
      const options = await generateAuthenticationOptions({ rpID, userVerification: 'required', allowCredentials: [] });
      return { options: JSON.stringify(options), challenge: options.challenge };
    },

    signIn: (answer, challenge) =>
      holds(answer, async (given) => {
        const [row] = await ofCredential(given.id);
        // Whoever signs in without a name is named by the authenticator (WebAuthn, section 7.2, step 6).
        const named = Buffer.from(given.response.userHandle ?? '', 'base64url').toString('utf8');
        if (row === undefined || named !== row.accountId) return null;
        const method = await verifyUse(row, given, challenge);
        return method === null ? null : { accountId: row.accountId, method };
      }),
  };
};

import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Secrets } from '../secrets.ts';

const pendingSignIn = z.object({
  accountId: z.string(),
  /** How the person has shown who they are so far (RFC 8176). */
  amr: z.array(z.string()),
  /** What is to come: proving a factor, setting one up, or being offered to. */
  demand: z.enum(['prove', 'enrol', 'offer']),
  /** The secret of an authenticator app that is being set up. */
  totpSecret: z.string().optional(),
  /** What a passkey has to sign. */
  challenge: z.string().optional(),
  /** The second factor was proved, and only its backup codes are to be seen. */
  proved: z.string().optional(),
});

/** A sign-in between the right password and its second factor. */
export type PendingSignIn = z.infer<typeof pendingSignIn>;

export type PendingSignIns = Readonly<{
  get: (uid: string) => Promise<PendingSignIn | null>;
  put: (uid: string, pending: PendingSignIn) => Promise<void>;
  forget: (uid: string) => Promise<void>;
}>;

/** As long as a person may take to find the telephone. */
const lifeSeconds = 900;

/**
 * Kept apart from oidc-provider's own record of the sign-in: what stands in there as its result would be taken for a
 * finished one. Sealed, for it may hold the secret of an authenticator app.
 */
export const createPendingSignIns = ({
  redis,
  prefix,
  secrets,
}: Readonly<{ redis: Redis; prefix: string; secrets: Pick<Secrets, 'seal' | 'open'> }>): PendingSignIns => {
  const keyOf = (uid: string): string => `${prefix}identity:pending:${uid}`;
  const placeOf = (uid: string): string => `sign-in ${uid}`;
  return {
    get: async (uid) => {
      const sealed = await redis.get(keyOf(uid));
      return sealed === null ? null : pendingSignIn.parse(JSON.parse(secrets.open(placeOf(uid), sealed)));
    },
    put: async (uid, pending) => {
      await redis.set(keyOf(uid), secrets.seal(placeOf(uid), JSON.stringify(pending)), 'EX', lifeSeconds);
    },
    forget: async (uid) => {
      await redis.del(keyOf(uid));
    },
  };
};

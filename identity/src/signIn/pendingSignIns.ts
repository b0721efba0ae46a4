import { z } from 'zod';
import { setUpState } from '../mfa/setUpState.ts';
import { createSealedStore, type SealedStore, type SealedStoreOptions } from '../storage/createSealedStore.ts';

const pendingSignIn = setUpState.extend({
  /** How the person has shown who they are so far (RFC 8176). */
  amr: z.array(z.string()),
  /** What is to come: proving a factor, setting one up, or being offered to. */
  demand: z.enum(['prove', 'enrol', 'offer']),
  /** The telephone that a code was sent to, by the id of the factor. */
  telephone: z.string().optional(),
  /** The second factor was proved, and only its backup codes are to be seen. */
  proved: z.string().optional(),
});

/** A sign-in between the right password and its second factor. */
export type PendingSignIn = z.infer<typeof pendingSignIn>;

/** By the id of the sign-in. */
export type PendingSignIns = SealedStore<PendingSignIn>;

/** As long as a person may take to find the telephone. */
const lifeSeconds = 900;

/**
 * Kept apart from oidc-provider's own record of the sign-in: what stands in there as its result would be taken for a
 * finished one.
 */
export const createPendingSignIns = (
  options: Pick<SealedStoreOptions<PendingSignIn>, 'redis' | 'prefix' | 'secrets'>,
): PendingSignIns => createSealedStore({ ...options, kind: 'pending', schema: pendingSignIn, lifeSeconds });

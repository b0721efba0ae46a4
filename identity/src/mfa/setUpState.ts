import { z } from 'zod';

/** A factor that is being set up, between one page and the next. */
export const setUpState = z.object({
  accountId: z.string(),
  /** The secret of an authenticator app. */
  totpSecret: z.string().optional(),
  /** What a passkey has to sign. */
  challenge: z.string().optional(),
  /** The number that a code was sent to. */
  number: z.string().optional(),
});

export type SetUpState = z.infer<typeof setUpState>;

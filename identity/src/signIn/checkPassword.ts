import type { Account, Accounts } from '../accounts/createAccounts.ts';
import type { Secrets } from '../secrets.ts';
import type { Throttle } from './createThrottle.ts';

/** What came of an attempt to sign in with a password. */
export type PasswordOutcome =
  | Readonly<{ kind: 'signed in'; account: Account }>
  | Readonly<{ kind: 'wrong'; accountId: string | null }>
  | Readonly<{ kind: 'wait'; seconds: number }>;

export type CheckPassword = (
  attempt: Readonly<{ email: string; password: string; address: string }>,
) => Promise<PasswordOutcome>;

export type CheckPasswordOptions = Readonly<{
  accounts: Pick<Accounts, 'verifyPassword'>;
  secrets: Pick<Secrets, 'hash'>;
  /** By e-mail address, whether it has an account or not. */
  perAccount: Throttle;
  /** By network address: against one who tries many accounts. */
  perAddress: Throttle;
}>;

/**
 * Checks a password, slowly for those who guess. An address without an account behaves like one with an account: the
 * same words, the same waits, the same time (users hashes in vain), so nothing tells which ones exist.
 */
export const createCheckPassword =
  ({ accounts, secrets, perAccount, perAddress }: CheckPasswordOptions): CheckPassword =>
  async ({ email, password, address }) => {
    // As users does it: two spellings of one mailbox are one account, and one count.
    const subject = secrets.hash(`e-mail ${email.trim().normalize('NFC').toLowerCase()}`);
    for (const [throttle, name] of [[perAddress, address] as const, [perAccount, subject] as const]) {
      const attempt = await throttle.begin(name);
      if (!attempt.allowed) return { kind: 'wait', seconds: attempt.retryAfter };
    }
    const { account, accountId } = await accounts.verifyPassword(email, password);
    if (account === null) return { kind: 'wrong', accountId };
    await perAccount.succeeded(subject);
    return { kind: 'signed in', account };
  };

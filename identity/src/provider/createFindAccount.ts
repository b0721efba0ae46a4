import type { FindAccount } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { Account, Accounts } from '../accounts/createAccounts.ts';

/** An account as oidc-provider carries it through a request. */
export type FoundAccount = Readonly<{ accountId: string; account: Account }>;

/** The claims of each scope (OpenID Connect Core, section 5.4), and the roles with the profile. */
const claimsOf = ({ id, name, email, phone, roles }: Account, scopes: readonly string[]): Record<string, unknown> => ({
  sub: id,
  ...(scopes.includes('profile') && { name, roles }),
  ...(scopes.includes('email') && { email }),
  ...(scopes.includes('phone') && phone !== null && { phone_number: phone }),
});

/** Looks accounts up anew for each token, so that a role that was taken is gone with the next refresh. */
export const createFindAccount =
  (accounts: Accounts): FindAccount =>
  async (_ctx, id) => {
    const account = await accounts.find(id).catch((cause: unknown) => {
      throw new errors.TemporarilyUnavailable('accounts cannot be read right now', { cause });
    });
    if (account === null) return undefined;
    const found: FoundAccount & Awaited<ReturnType<FindAccount>> = {
      accountId: account.id,
      account,
      claims: (_use: string, scope: string) => ({ sub: account.id, ...claimsOf(account, scope.split(' ')) }),
    };
    return found;
  };

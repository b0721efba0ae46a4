import { createAccount, turn, type Account } from './account.ts';
import type { Subject } from './subjects.ts';

/** The accounts that this gateway remembers. */
export type Accounts = Readonly<{
  /** The account as it is at that time; undefined when there is none. */
  find: (subject: Subject, at: number) => Account | undefined;
  /** The same, made when there is none. */
  of: (subject: Subject, at: number) => Account;
  size: () => number;
}>;

/**
 * A bounded memory of accounts. When it is full the oldest goes that was not used since it was last looked at (the
 * clock algorithm), so that a flood of new addresses does not push out those who come all the time.
 */
export const createAccounts = (capacity: number): Accounts => {
  const accounts = new Map<string, { account: Account; used: boolean }>();

  const makeRoom = (): void => {
    // A bounded search: when everybody was used lately, the oldest goes all the same.
    for (let chances = 16; chances >= 0; chances -= 1) {
      const [oldest] = accounts;
      if (oldest === undefined) return;
      const [name, entry] = oldest;
      accounts.delete(name);
      if (!entry.used || chances === 0) return;
      entry.used = false;
      accounts.set(name, entry);
    }
  };

  const find: Accounts['find'] = ({ account: name, limits }, at) => {
    const entry = accounts.get(name);
    if (entry === undefined || entry.account.limits !== limits) return undefined;
    entry.used = true;
    turn(entry.account, at);
    return entry.account;
  };

  return {
    find,
    of: (subject, at) => {
      const there = find(subject, at);
      if (there !== undefined) return there;
      const account = createAccount(subject.account, subject.limits, at);
      if (accounts.size >= capacity) makeRoom();
      accounts.set(subject.account, { account, used: false });
      return account;
    },
    size: () => accounts.size,
  };
};

import { createViewerSigner, roles, viewerHeader } from '@supergraph/auth';
import { z } from 'zod';

const account = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  roles: z.array(z.enum(roles)).readonly(),
  createdAt: z.iso.datetime(),
});
const answer = z.object({ account: account.nullable(), accountId: z.string().nullable().default(null) });

/** The users subgraph gave no answer. */
export class AccountsUnavailable extends Error {
  constructor(cause: unknown) {
    super('Accounts cannot be read right now.', { cause });
    this.name = 'AccountsUnavailable';
  }
}

/** What users says to a password. */
type Answer = z.infer<typeof answer>;

/** A person, as the users subgraph knows them at this moment. */
export type Account = z.infer<typeof account>;

/** The accounts, which live with the users subgraph (docs/adr/0030). */
export type Accounts = Readonly<{
  /**
   * The account that an address and a password belong to. `accountId` is there for a wrong password too, for the audit
   * log; nothing that is shown to anybody may depend on it.
   */
  verifyPassword: (email: string, password: string) => Promise<Answer>;
  find: (id: string) => Promise<Account | null>;
}>;

export type AccountsOptions = Readonly<{
  /** Of the users subgraph, without a path. */
  url: string;
  /** Ed25519, PKCS 8 PEM. */
  privateKey: string;
  timeoutMs?: number;
}>;

/** Asks the users subgraph by its internal door. Its verbs throw AccountsUnavailable when there is no answer. */
export const createAccounts = ({ url, privateKey, timeoutMs = 15_000 }: AccountsOptions): Accounts => {
  const signer = createViewerSigner({ privateKey, issuer: 'identity' });

  const ask = async (path: string, body?: object): Promise<Answer> => {
    try {
      const response = await fetch(new URL(`/internal/accounts/${path}`, url), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          [viewerHeader]: await signer.sign({ kind: 'service', id: 'identity' }, 'users'),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`users answered ${response.status}`);
      return answer.parse(await response.json());
    } catch (cause) {
      throw new AccountsUnavailable(cause);
    }
  };

  return {
    verifyPassword: (email, password) => ask('verify-password', { email, password }),
    find: async (id) => (await ask(encodeURIComponent(id))).account,
  };
};

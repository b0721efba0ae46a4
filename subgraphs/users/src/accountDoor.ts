import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Account } from './account.ts';
import { findAccounts } from './accountRows.ts';
import type { Deps } from './deps.ts';
import { createVerifyPassword } from './verifyPassword.ts';

const credentials = z.object({ email: z.string().max(320), password: z.string().max(4096) });
const params = z.object({ id: z.string() });

/**
 * What the identity service asks (docs/adr/0030): whom a password belongs to, and what is known of an account. Passwords
 * and their hashes never leave this subgraph.
 */
export const createAccountDoor = ({ db, pii }: Pick<Deps, 'db' | 'pii'>): ((app: FastifyInstance) => void) => {
  const verifyPassword = createVerifyPassword({ db, pii });

  const shown = (account: Account) => ({
    id: account.id,
    name: account.name,
    email: pii.emailOf(account),
    phone: pii.phoneOf(account),
    roles: account.roles,
    createdAt: account.createdAt,
  });
  const find = async (id: string) => {
    const [account] = await findAccounts(db, [id]);
    return account === undefined ? null : shown(account);
  };

  return (app) => {
    app.post('/internal/accounts/verify-password', async (request, reply) => {
      const given = credentials.safeParse(request.body);
      if (!given.success) return reply.code(400).send({ problem: 'email and password are needed' });
      const verified = await verifyPassword(given.data.email, given.data.password);
      if (verified !== null) return { account: await find(verified.id), accountId: verified.id };
      // For the audit log: whose password it was not.
      const [row] = await db.query<{ id: string }>('SELECT id FROM users WHERE email_index = ANY($1::text[])', [
        pii.emailIndex.all(given.data.email),
      ]);
      return { account: null, accountId: row?.id ?? null };
    });
    app.get('/internal/accounts/:id', async (request) => ({ account: await find(params.parse(request.params).id) }));
  };
};

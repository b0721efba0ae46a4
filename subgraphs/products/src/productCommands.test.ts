import { describe, expect, test } from '@jest/globals';
import type { Principal } from '@supergraph/auth';
import type { Db } from '@supergraph/postgres';
import { createCategory } from './categories.ts';
import { createProductCommands } from './productCommands.ts';

const touched = (): never => {
  throw new Error('The database was touched.');
};
const db: Db = {
  query: touched,
  transaction: touched,
  ping: touched,
  onCommit: touched,
  statements: () => 0,
  close: touched,
};
const commands = createProductCommands({ db, now: touched, newId: touched });
const cause = { userId: null, correlationId: 'c1', causationId: null };

const anonymous: Principal = { kind: 'anonymous' };
const customer: Principal = { kind: 'user', id: 'u1', roles: ['customer'], scopes: null };

describe.each([...Object.entries(commands), ['createCategory', createCategory.bind(null, db)] as const])(
  'the command %s, whoever calls it by whatever road,',
  (_, command) => {
    test('asks who it is before it reads its input or touches anything', async () => {
      await expect(command({}, { viewer: anonymous, cause })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      await expect(command({}, { viewer: customer, cause })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });
  },
);

import { createDb, migrate } from '@supergraph/postgres';
import type { Logger } from '@supergraph/service-kit';
import { createOperationStore, type OperationStore } from './createOperationStore.ts';

const migrations = [{ name: 'gateway', url: new URL('../../migrations', import.meta.url) }];

/**
 * Brings the gateway's database up to date and connects to it.
 *
 * @throws when it cannot be reached
 */
export const openOperationStore = async ({
  url,
  log,
}: {
  url: string;
  log: Logger;
}): Promise<{ store: OperationStore; close: () => Promise<void> }> => {
  await migrate({ url, migrations, log });
  // One to follow changes, one to spare.
  const db = createDb({ url, applicationName: 'gateway', max: 2, log });
  return { store: createOperationStore(db), close: db.close };
};

import type { Logger } from '@supergraph/service-kit';
import { type OperationStore, type StoredOperation } from './createOperationStore.ts';

/** The registered operations, in memory. */
export type Registry = Readonly<{
  /** By its id, or by the hash of its document. */
  find: (clientId: string, idOrHash: string) => StoredOperation | undefined;
  all: () => readonly StoredOperation[];
  /** Calls with what was published since. */
  onPublished: (listener: (operations: readonly StoredOperation[]) => void) => void;
  close: () => Promise<void>;
}>;

export type RegistryOptions = Readonly<{
  store: OperationStore;
  log: Logger;
  /** How often the database is asked for changes. */
  pollMs?: number;
  /** Called whenever the database was asked, with or without success. */
  observe?: (state: RegistryState) => void;
}>;

export type RegistryState = Readonly<{
  operations: number;
  /** Since the database was last heard: what was revoked since is still answered. */
  ageSeconds: number;
}>;

type List = { byId: Map<string, StoredOperation>; byHash: Map<string, StoredOperation> };

/**
 * Loads what is registered and follows its changes. It asks, rather than being told: that works through every pooler,
 * misses nothing after a broken connection, and costs one look into an index.
 *
 * While the database is away what was known is served on.
 *
 * @throws when the first load fails
 */
export const createRegistry = async ({
  store,
  log,
  pollMs = 1_000,
  observe = () => undefined,
}: RegistryOptions): Promise<Registry> => {
  const lists = new Map<string, List>();
  const listeners: ((operations: readonly StoredOperation[]) => void)[] = [];
  let seen = 0;
  let heardAt = performance.now();
  let away = false;

  const apply = (operation: StoredOperation): List => {
    const { clientId, id, revokedAt, revision } = operation;
    const list = lists.get(clientId) ?? { byId: new Map(), byHash: new Map() };
    lists.set(clientId, list);
    if (revokedAt === null) list.byId.set(id, operation);
    else list.byId.delete(id);
    seen = Math.max(seen, revision);
    return list;
  };

  const load = async (): Promise<void> => {
    const changes = await store.changesSince(seen);
    // Several ids may have the same document, so what is known by hash is made anew.
    for (const list of new Set(changes.map(apply))) {
      list.byHash = new Map([...list.byId.values()].map((operation) => [operation.sha256, operation]));
    }
    heardAt = performance.now();
    if (changes.length > 0) log.info({ changes: changes.length, revision: seen }, 'persisted operations changed');
    const published = changes.filter(({ revokedAt }) => revokedAt === null);
    if (published.length > 0) for (const listener of listeners) listener(published);
  };

  const all = (): readonly StoredOperation[] => [...lists.values()].flatMap(({ byId }) => [...byId.values()]);
  const report = (): void => {
    observe({ operations: all().length, ageSeconds: (performance.now() - heardAt) / 1_000 });
  };

  const follow = async (): Promise<void> => {
    try {
      await load();
      if (away) log.info('persisted operations: the database is back');
      away = false;
    } catch (error) {
      if (!away) log.error({ err: error }, 'persisted operations: the database is away, changes are not seen');
      away = true;
    }
    report();
  };

  await load();
  report();
  let busy = Promise.resolve();
  let waiting = false;
  const polling = setInterval(() => {
    // A slow database is not asked twice at the same time.
    if (waiting) return;
    waiting = true;
    busy = follow().finally(() => {
      waiting = false;
    });
  }, pollMs);
  polling.unref();

  return {
    find: (clientId, idOrHash) => {
      const list = lists.get(clientId);
      return list?.byId.get(idOrHash) ?? list?.byHash.get(idOrHash.toLowerCase());
    },
    all,
    onPublished: (listener) => void listeners.push(listener),
    close: async () => {
      clearInterval(polling);
      await busy;
    },
  };
};

/** Nothing is registered, and nothing will be. */
export const emptyRegistry: Registry = {
  find: () => undefined,
  all: () => [],
  onPublished: () => undefined,
  close: async () => undefined,
};

import type { Lifecycle, Logger, Metrics } from '@supergraph/service-kit';
import type { GraphQLSchema } from 'graphql';
import type { OperationInUse } from '../engine/createOperations.ts';
import { connectRedis } from '../redis/connectRedis.ts';
import { checkOperations } from './checkOperations.ts';
import { createAutomaticOperations } from './createAutomaticOperations.ts';
import { createRegistry, emptyRegistry, type Registry, type RegistryState } from './createRegistry.ts';
import { createSharedDocuments } from './createSharedDocuments.ts';
import { createResolve, type Resolve } from './createResolve.ts';
import { expectedRequests } from './expectedRequests.ts';
import { openOperationStore } from './openOperationStore.ts';

export type PersistedOperations = Readonly<{
  /** Finds the document of a request. */
  resolve: Resolve;
  /** Tells the log which registered operations a schema breaks. They are refused like any other that is not valid. */
  report: (schema: GraphQLSchema) => void;
  /** How what is registered will be asked for. */
  expected: () => readonly OperationInUse[];
  /** Calls with the same of what is published later. */
  onPublished: (listener: (expected: readonly OperationInUse[]) => void) => void;
}>;

export type PersistedOperationsStart = Readonly<{
  config: Readonly<{ automatic: boolean; restrictClients: boolean }>;
  /** null: nothing is registered. */
  databaseUrl: string | null;
  /** null: each gateway knows what it was sent itself. */
  redisUrl: string | null;
  /** Of the installation: several may share one Redis. */
  namespace: string;
  metrics: Metrics;
  log: Logger;
  lifecycle: Lifecycle;
}>;

/**
 * Loads what clients have registered, and follows it.
 *
 * @throws when there is a database and it cannot be reached
 */
export const startPersistedOperations = async ({
  config,
  databaseUrl,
  redisUrl,
  namespace,
  metrics,
  log,
  lifecycle,
}: PersistedOperationsStart): Promise<PersistedOperations> => {
  const registry = databaseUrl === null ? emptyRegistry : await openRegistry(databaseUrl, metrics, log, lifecycle);
  if (databaseUrl === null && config.restrictClients) {
    log.warn('persisted operations: without DATABASE_URL_GATEWAY programs without a user are refused everything');
  }
  const openShared = (url: string) =>
    createSharedDocuments({ redis: connectRedis({ url, name: 'persisted queries', log, lifecycle }), namespace });
  return {
    resolve: createResolve({
      registry,
      automatic: config.automatic
        ? createAutomaticOperations({ shared: redisUrl === null ? null : openShared(redisUrl) })
        : null,
      restrictClients: config.restrictClients,
    }),
    expected: () => expectedRequests(registry.all()),
    onPublished: (listener) => registry.onPublished((operations) => listener(expectedRequests(operations))),
    report: (schema) => {
      for (const operation of registry.all()) {
        const { clientId, id, name } = operation;
        const problems = checkOperations(schema, [operation]).map(({ problem }) => problem);
        if (problems.length > 0)
          log.error({ clientId, id, name, problems }, 'the supergraph breaks a registered operation');
      }
    },
  };
};

const openRegistry = async (url: string, metrics: Metrics, log: Logger, lifecycle: Lifecycle): Promise<Registry> => {
  const { store, close } = await openOperationStore({ url, log });
  lifecycle.onClose('database', close);
  const registry = await createRegistry({ store, log, observe: createObserve(metrics) });
  lifecycle.onClose('persisted operations', registry.close);
  return registry;
};

const createObserve = (metrics: Metrics): ((state: RegistryState) => void) => {
  const count = metrics.gauge('gateway_persisted_operations', 'Operations that clients have registered.');
  const age = metrics.gauge(
    'gateway_persisted_operations_age_seconds',
    'Time since the database was last heard: what was revoked since is still answered.',
  );
  return ({ operations, ageSeconds }) => {
    count.set(operations);
    age.set(ageSeconds);
  };
};

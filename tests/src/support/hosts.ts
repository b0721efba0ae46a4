import { readConfig } from '@supergraph/config';
import { loadConfig as gatewayConfig, startGateway } from '@supergraph/gateway';
import { environment as identity, startIdentity, type IdentityParts } from '@supergraph/identity';
import { environment as orders, startOrders } from '@supergraph/orders';
import { environment as payments, startPayments } from '@supergraph/payments';
import type { topology } from '@supergraph/platform';
import { environment as products, startProducts } from '@supergraph/products';
import { createLifecycle, createLogger, type Lifecycle } from '@supergraph/service-kit';
import { spawnService } from '@supergraph/testing';
import { environment as users, startUsers } from '@supergraph/users';

/** A service that runs somewhere. */
export type HostedService = Readonly<{ stop: () => Promise<void>; kill: () => Promise<void> }>;

/** Where services run: in the test's process, where they can be looked into, or in their own, where they can be killed. */
export type Host = (name: topology.ServiceName, env: Readonly<Record<string, string>>) => Promise<HostedService>;

type Starts = Readonly<
  Record<topology.ServiceName, (env: Readonly<Record<string, string>>, lifecycle: Lifecycle) => Promise<unknown>>
>;

const starts: Starts = {
  users: (env, lifecycle) => startUsers(readConfig(users, env), lifecycle),
  products: (env, lifecycle) => startProducts(readConfig(products, env), lifecycle),
  orders: (env, lifecycle) => startOrders(readConfig(orders, env), lifecycle),
  payments: (env, lifecycle) => startPayments(readConfig(payments, env), lifecycle),
  identity: (env, lifecycle) => startIdentity(readConfig(identity, env), lifecycle),
  gateway: (env, lifecycle) => startGateway(gatewayConfig({}, env), lifecycle),
};

const hostIn =
  (functions: Starts): Host =>
  async (name, env) => {
    const log = createLogger({ service: name, level: env['LOG_LEVEL'] ?? 'error' });
    const lifecycle = createLifecycle({ log });
    try {
      await functions[name](env, lifecycle);
    } catch (error) {
      await lifecycle.close();
      throw error;
    }
    return {
      stop: () => lifecycle.close(),
      kill: () => Promise.reject(new Error('Only a process can be killed.')),
    };
  };

/** The services' own start functions, in this process. */
export const inProcess: Host = hostIn(starts);

export type HostParts = IdentityParts &
  Readonly<{
    /** How often gateways look whether clients of subscriptions are still there. */
    heartbeatSeconds?: number;
  }>;

/** The same, with something else in the place of what is outside, or of what cannot be set by the environment. */
export const inProcessWith = ({ heartbeatSeconds, ...parts }: HostParts): Host =>
  hostIn({
    ...starts,
    identity: (env, lifecycle) => startIdentity(readConfig(identity, env), lifecycle, parts),
    gateway: (env, lifecycle) => {
      const config = gatewayConfig({}, env);
      const subscriptions = { ...config.subscriptions, ...(heartbeatSeconds !== undefined && { heartbeatSeconds }) };
      return startGateway({ ...config, subscriptions }, lifecycle);
    },
  });

/** Each service in a process of its own, as `npm start` runs them. */
export const processes: Host = async (name, env) => {
  const service = await spawnService(name, env);
  return { stop: async () => void (await service.stop()), kill: service.kill };
};

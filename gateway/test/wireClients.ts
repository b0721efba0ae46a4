import { afterEach } from '@jest/globals';
import { until } from './startTestGateway.ts';
import { connectWire, type WireClient } from './wire.ts';

/**
 * Connects the clients of a test file. After each test they leave, and nobody is followed any more.
 *
 * @param followers how many subscriptions the subgraph has
 */
export const wireClients = (followers: () => number): ((url: string, params?: object) => Promise<WireClient>) => {
  const clients: WireClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.leave();
    await until(() => followers() === 0);
  });
  return async (url, params) => {
    const client = await connectWire(url, params);
    clients.push(client);
    return client;
  };
};

/** How a client's socket was closed, once it is. */
export const closeOf = async ({ closed }: WireClient): Promise<WireClient['closed'][number] | undefined> => {
  await until(() => closed.length > 0);
  return closed[0];
};

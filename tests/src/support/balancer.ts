import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What stands before several gateways, as in production, and breaks connections, as the internet does. */
export type Balancer = Readonly<{
  url: string;
  connections: () => number;
  /** Breaks some of the connections, each with this probability. Returns how many. */
  cut: (probability: number) => number;
  close: () => Promise<void>;
}>;

/** Hands each connection to a gateway that takes it: in turn, and to the next one when it refuses. */
export const startBalancer = async (ports: readonly number[]): Promise<Balancer> => {
  const open = new Set<Socket>();
  let turn = 0;

  const hand = (client: Socket, tries: number): void => {
    const port = ports[turn++ % ports.length] ?? 0;
    const gateway = connect(port, '127.0.0.1');
    let connected = false;
    const end = (): void => {
      client.destroy();
      gateway.destroy();
      open.delete(client);
    };
    gateway.on('connect', () => {
      connected = true;
      client.pipe(gateway).pipe(client);
    });
    gateway.on('error', () => {
      if (!connected && tries > 1 && !client.destroyed) hand(client, tries - 1);
      else end();
    });
    gateway.on('close', () => connected && end());
    client.on('close', () => {
      gateway.destroy();
      open.delete(client);
    });
  };

  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    hand(client, ports.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => open.size,
    cut: (probability) => {
      const victims = [...open].filter(() => Math.random() < probability);
      for (const victim of victims) victim.destroy();
      return victims.length;
    },
    close: () =>
      new Promise((resolve) => {
        for (const one of open) one.destroy();
        server.close(() => resolve());
      }),
  };
};

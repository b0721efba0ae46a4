import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before a gateway; what that sends can be let through a byte a second, as to a client that hardly reads. */
export type Trickle = Readonly<{ url: string; slow: () => void; fast: () => void; close: () => Promise<void> }>;

export const startTrickle = async (gatewayUrl: string): Promise<Trickle> => {
  const ends: Readonly<{ client: Socket; gateway: Socket }>[] = [];
  let timer: NodeJS.Timeout | undefined;

  /** What is not read stays where it is: here first, then with the system, then with the gateway. */
  const pass = (bytes?: number): void => {
    for (const { client, gateway } of ends) {
      const read: unknown = gateway.read(bytes);
      if (Buffer.isBuffer(read)) client.write(read);
    }
  };
  const server = createServer((client) => {
    const gateway = connect(Number(new URL(gatewayUrl).port), '127.0.0.1');
    ends.push({ client, gateway });
    client.pipe(gateway);
    gateway.on('readable', () => timer === undefined && pass());
    for (const [one, other] of [[client, gateway] as const, [gateway, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.end());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fast = (): void => {
    clearInterval(timer);
    timer = undefined;
    pass();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slow: () => {
      timer = setInterval(() => pass(1), 1_000);
    },
    fast,
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        for (const { client, gateway } of ends) {
          client.destroy();
          gateway.destroy();
        }
        server.close(() => resolve());
      }),
  };
};

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before a gateway and breaks connections, as the internet does. */
export type Cutter = Readonly<{ url: string; cut: () => void; close: () => Promise<void> }>;

export const startCutter = async (gatewayUrl: string): Promise<Cutter> => {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const gateway = connect(Number(new URL(gatewayUrl).port), '127.0.0.1');
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const one of open) one.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
};

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before a server and breaks connections, as the internet does. */
export type Cutter = Readonly<{
  /** Where clients find it: the server's protocol, an address of its own. */
  url: string;
  /** Breaks every connection that is open now. */
  cut: () => void;
  /** From now on a connection breaks when its client says this, before the server hears it. Null: no longer. */
  cutAt: (said: string | null) => void;
  close: () => Promise<void>;
}>;

/** @param serverUrl with a port; the server is on this machine */
export const startCutter = async (serverUrl: string): Promise<Cutter> => {
  const { protocol, port } = new URL(serverUrl);
  const open = new Set<Socket>();
  let forbidden: string | null = null;
  const join = (from: Socket, to: Socket, passes: (data: Buffer) => boolean): void => {
    open.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
    from.on('data', (data: Buffer) => {
      if (passes(data)) to.write(data);
      else from.destroy();
    });
  };
  const listener = createServer((client) => {
    const server = connect(Number(port), '127.0.0.1');
    join(client, server, (data) => forbidden === null || !data.includes(forbidden));
    join(server, client, () => true);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const one of open) one.destroy();
  };
  return {
    url: `${protocol}//127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    cutAt: (said) => {
      forbidden = said;
    },
    close: () =>
      new Promise((resolve) => {
        cut();
        listener.close(() => resolve());
      }),
  };
};

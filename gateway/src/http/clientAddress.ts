import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

/** The address that a request came from. */
export type ClientAddress = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

/**
 * The address of the connection; or, when that is a proxy of ours, the last one in `X-Forwarded-For` that is none.
 * Whatever stands before it was written by somebody we have no reason to believe.
 *
 * @param trusted addresses and networks (`10.0.0.0/8`) of proxies
 */
export const createClientAddress = (trusted: readonly string[]): ClientAddress => {
  if (trusted.length === 0) {
    const known = new WeakMap<Socket, string>();
    return ({ socket }) => {
      let address = known.get(socket);
      if (address === undefined) known.set(socket, (address = plain(socket.remoteAddress ?? '')));
      return address;
    };
  }
  const proxies = new BlockList();
  for (const network of trusted) add(proxies, network);
  const isProxy = (address: string): boolean => {
    const version = isIP(address);
    return version !== 0 && proxies.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };

  return ({ socket, headers }) => {
    const connected = plain(socket.remoteAddress ?? '');
    const forwarded = headers['x-forwarded-for'];
    if (forwarded === undefined || !isProxy(connected)) return connected;
    let client = connected;
    // Node joins repeated headers of this name with commas.
    for (const hop of String(forwarded).split(',').toReversed()) {
      const address = plain(hop.trim());
      if (isIP(address) === 0) break;
      client = address;
      if (!isProxy(address)) break;
    }
    return client;
  };
};

/** IPv4 in the clothes of IPv6, and addresses with a port or in brackets, in their plain form. */
const plain = (address: string): string => {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
  return bare.toLowerCase().startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare;
};

/** Whether a text is an address or a network. */
export const isNetwork = (text: string): boolean => add(new BlockList(), text);

const add = (list: BlockList, network: string): boolean => {
  const [address = '', prefix, ...more] = network.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) {
    list.addAddress(address, family);
    return true;
  }
  const bits = Number(prefix);
  if (!/^\d+$/.test(prefix) || bits > (version === 6 ? 128 : 32)) return false;
  list.addSubnet(address, bits, family);
  return true;
};

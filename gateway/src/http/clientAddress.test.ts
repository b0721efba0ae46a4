import { expect, test } from '@jest/globals';
import { createClientAddress, isNetwork } from './clientAddress.ts';

const from = (remoteAddress: string, forwarded?: string) => ({
  socket: { remoteAddress } as never,
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});

test('without trusted proxies nobody can choose an address', () => {
  expect(createClientAddress([])(from('203.0.113.9', '1.2.3.4'))).toBe('203.0.113.9');
});

test.each([
  ['the client behind one proxy', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['the client behind two', '10.0.0.1', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
  ['not what the client wrote itself', '10.0.0.1', '1.2.3.4, 198.51.100.7', '198.51.100.7'],
  ['the connection, when it is no proxy', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
  ['the connection, without the header', '10.0.0.1', undefined, '10.0.0.1'],
  ['the last proxy, when there is nonsense', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['the first proxy, when all are', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['a proxy that speaks IPv6', '::ffff:10.0.0.1', '2001:db8::7', '2001:db8::7'],
  ['a client with its port', '10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
  ['a client with its port, in IPv6', 'fd00::1', '[2001:db8::7]:4711', '2001:db8::7'],
])('is %s', (_name, connected, forwarded, expected) => {
  expect(createClientAddress(['10.0.0.0/8', 'fd00::1'])(from(connected, forwarded))).toBe(expected);
});

test('a network is an address with at most as many bits as it has', () => {
  expect(['10.0.0.0/8', '::1', 'fd00::/64', '10.0.0.1'].filter((text) => !isNetwork(text))).toEqual([]);
  expect(['10.0.0.0/33', 'proxy', '10.0.0.0/8/8', '10.0.0.0/', ''].filter(isNetwork)).toEqual([]);
});

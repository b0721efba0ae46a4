import { roles, type Principal } from '@supergraph/auth';
import { isIPv6 } from 'node:net';
import { readLimits, type Limits } from './limits.ts';
import { createLru } from '../engine/createLru.ts';
import type { ConfiguredLimits, RateLimitConfig } from './rateLimitConfig.ts';

/** Who pays, and what it may spend. */
export type Subject = Readonly<{ account: string; limits: Limits }>;

/** Addresses that are remembered, since working out the network of one costs more than charging it. */
const knownAddresses = { entries: 10_000, characters: 1_000_000 };

/**
 * Finds who pays for a request: the program, the person, or the address of somebody without a token.
 *
 * @param address of the client; one that a proxy names only if the proxy is trusted
 */
export type SubjectOf = (principal: Principal, address: string) => Subject;

/** Reads the configuration once; a request only looks things up. */
export const createSubjectOf = (config: RateLimitConfig): SubjectOf => {
  const usual = readLimits(config.default);
  const given = (configured: ConfiguredLimits | undefined): Limits =>
    configured === undefined ? usual : readLimits(configured);
  const anonymous = given(config.anonymous);
  const addresses = createLru<Subject>(knownAddresses);
  const atAddress = (address: string): Subject => {
    const known = addresses.get(address);
    if (known !== undefined) return known;
    const subject = { account: `address:${networkOf(address)}`, limits: anonymous };
    addresses.set(address, subject);
    return subject;
  };
  const byName = (named: Readonly<Record<string, ConfiguredLimits>>): ReadonlyMap<string, Limits> =>
    new Map(Object.entries(named).map(([name, limits]) => [name, readLimits(limits)]));
  const [byClient, byTier] = [byName(config.clients), byName(config.tiers)];
  // The table of roles is ordered from the lowest to the highest.
  const byRole = roles
    .toReversed()
    .flatMap((role) => (config.roles[role] === undefined ? [] : [{ role, limits: given(config.roles[role]) }]));

  return (principal, address) => {
    switch (principal.kind) {
      case 'anonymous':
        return atAddress(address);
      case 'user':
        return {
          account: `user:${principal.id}`,
          limits: byRole.find(({ role }) => principal.roles.includes(role))?.limits ?? usual,
        };
      case 'client':
        return {
          account: `client:${principal.id}`,
          limits: byClient.get(principal.id) ?? byTier.get(principal.quotaTier ?? '') ?? usual,
        };
      case 'service':
        return { account: `service:${principal.id}`, limits: usual };
    }
  };
};

/** A customer is given 2^64 addresses of IPv6 at least (RFC 6177): they count as one, or nobody would be limited. */
const networkOf = (address: string): string => {
  const [plain = ''] = address.split('%', 1);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [before = '', after] = plain.toLowerCase().split('::', 2);
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  // A dotted end stands for two groups, and lies in the half that is cut off anyway.
  const tailLength = tail.length + (after?.includes('.') ? 1 : 0);
  const groups =
    after === undefined
      ? head
      : [...head, ...Array<string>(Math.max(0, 8 - head.length - tailLength)).fill('0'), ...tail];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
};

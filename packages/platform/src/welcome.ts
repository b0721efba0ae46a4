import { demoAccounts } from '@supergraph/events';
import { localToken } from './localTokens.ts';
import type { LocalKeys } from './keys.ts';

export type WelcomeOptions = Readonly<{ url: string; keys: LocalKeys; issuer: string; audience: string; now: number }>;

/** What `npm start` prints when everything is ready. */
export const welcome = ({ url, keys, issuer, audience, now }: WelcomeOptions): string => {
  const tokenOf = (name: string): string => {
    const account = demoAccounts.find((candidate) => candidate.name === name);
    return account ? localToken({ keys, issuer, audience, account, now }) : '';
  };
  const shown = [...demoAccounts.filter((account) => account.role !== 'customer'), ...firstCustomers(2)];
  return [
    '',
    `Supergraph ready at ${url}`,
    '',
    'Demo accounts, with access tokens of this machine for the next 12 hours:',
    '',
    ...shown.flatMap(({ name, email, role }) => [`  ${name} <${email}>, ${role}`, `  ${tokenOf(name)}`, '']),
    `  and ${demoAccounts.length - shown.length} more customers: npm run demo -- --token <name>`,
    '',
    'Try:',
    '  npm run demo                 plays a purchase, its payment and its events',
    `  open ${new URL('/', url).href}   an explorer for the graph`,
    `  curl ${url} -H 'content-type: application/json' \\`,
    `    -d '{"query":"{ products(first: 3) { edges { node { name price { amount currency } } } } }"}'`,
    `  curl ${url} -H 'content-type: application/json' -H "authorization: Bearer $(npm run -s demo -- --token carla)" \\`,
    `    -d '{"query":"{ me { name orders(first: 2) { edges { node { status payment { status } } } } } }"}'`,
    '',
    'Logs are in .data/logs. Ctrl-C stops everything; the data stays. npm start -- --fresh begins anew.',
    '',
  ].join('\n');
};

const firstCustomers = (count: number) => demoAccounts.filter((account) => account.role === 'customer').slice(0, count);

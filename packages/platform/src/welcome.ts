import { demoAccounts } from '@supergraph/events';
import { localToken } from './localTokens.ts';
import type { LocalKeys } from './keys.ts';

export type TokensOptions = Readonly<{ keys: LocalKeys; issuer: string; audience: string; now: number }>;

/** The demo accounts that are shown, each with an access token. */
export const demoTokens = ({ keys, issuer, audience, now }: TokensOptions): readonly string[] => [
  'Demo accounts, with access tokens of this installation for the next 12 hours:',
  '',
  ...shown.flatMap((account) => [
    `  ${account.name} <${account.email}>, ${account.role}`,
    `  ${localToken({ keys, issuer, audience, account, now })}`,
    '',
  ]),
];

const customers = demoAccounts.filter((account) => account.role === 'customer');
const shown = [...demoAccounts.filter((account) => account.role !== 'customer'), ...customers.slice(0, 2)];

/** What `npm start` prints when everything is ready. */
export const welcome = ({ url, ...tokens }: TokensOptions & Readonly<{ url: string }>): string =>
  [
    '',
    `Supergraph ready at ${url}`,
    '',
    ...demoTokens(tokens),
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

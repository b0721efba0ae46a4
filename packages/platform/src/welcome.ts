import { demoAccounts } from '@supergraph/events';
import { demoPassword } from './signIn.ts';

const customers = demoAccounts.filter((account) => account.role === 'customer');
const shown = [...demoAccounts.filter((account) => account.role !== 'customer'), ...customers.slice(0, 2)];

/** The demo accounts that are shown, with what they sign in with. */
export const demoSignIns = (): readonly string[] => [
  'Demo accounts:',
  '',
  ...shown.map(
    (account) => `  ${account.email.padEnd(22)} ${demoPassword(account).padEnd(24)} ${account.role.replace('_', ' ')}`,
  ),
  `  and ${demoAccounts.length - shown.length} more customers, all <name>@example.com with demo-password-<name>`,
];

/** What `npm start` prints when everything is ready. */
export const welcome = ({ url }: Readonly<{ url: string }>): string =>
  [
    '',
    `Supergraph ready at ${url}`,
    '',
    ...demoSignIns(),
    '',
    'Try:',
    `  open ${new URL('/?sign-in=carla@example.com', url).href}`,
    '                               sign in as carla, and explore the graph with the token in place',
    '  npm run demo                 plays a purchase, its payment and its events',
    `  curl ${url} -H 'content-type: application/json' \\`,
    `    -d '{"query":"{ products(first: 3) { edges { node { name price { amount currency } } } } }"}'`,
    `  curl ${url} -H 'content-type: application/json' -H "authorization: Bearer $(npm run -s demo -- --token carla)" \\`,
    `    -d '{"query":"{ me { name orders(first: 2) { edges { node { status payment { status } } } } } }"}'`,
    '',
    'Logs are in .data/logs. Ctrl-C stops everything; the data stays. npm start -- --fresh begins anew.',
    '',
  ].join('\n');

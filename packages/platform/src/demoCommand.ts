import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoAccounts } from '@supergraph/events';
import { readPlatformConfig } from './config.ts';
import { playStory } from './demoStory.ts';
import { localKeys } from './keys.ts';
import { localToken } from './localTokens.ts';
import { dataDir } from './paths.ts';
import { services } from './topology.ts';

const help = `Usage: npm run demo [-- options]

Plays a purchase against the running system (npm start): browse, order, payment, events, and what is refused.

  --url URL      the gateway's endpoint (default: that of npm start)
  --token NAME   print an access token for the demo account of this name, and nothing else
  --help         print this
`;

const { values } = parseArgs({
  options: { url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean' } },
});
const fail = (text: string): never => {
  console.error(text);
  process.exit(1);
};

const config = readPlatformConfig();
const keysDir = join(dataDir, 'keys');

const tokenOf = (name: string): string => {
  const account = demoAccounts.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (account === undefined)
    return fail(`There is no demo account ${name}: ${demoAccounts.map((one) => one.name).join(', ')}`);
  if (!existsSync(keysDir)) return fail('There are no keys yet: run npm start first.');
  const { issuer, audience } = config;
  return localToken({ keys: localKeys(keysDir), issuer, audience, account, now: Math.floor(Date.now() / 1000) });
};

if (values.help === true) {
  console.log(help);
} else if (values.token !== undefined) {
  console.log(tokenOf(values.token));
} else {
  const url = values.url ?? `http://localhost:${config.portOf(services.gateway.portEnv)}/graphql`;
  try {
    await playStory({ url, tokenOf, tell: (step) => console.log(`  ✓ ${step}`) });
    console.log('\n  The story went as told.');
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    console.error(`  ✗ ${error instanceof Error ? error.message : String(error)}${cause}`);
    if (cause.includes('ECONNREFUSED')) console.error(`\n  Nothing answers at ${url}: is npm start running?`);
    process.exit(1);
  }
}

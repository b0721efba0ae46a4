import { demoAccounts } from '@supergraph/events';
import { readPlatformConfig } from './config.ts';
import { playStory } from './demoStory.ts';
import { readOptions } from './readOptions.ts';
import { findDemoAccount, signIn } from './signIn.ts';
import { services } from './topology.ts';

const help = `Usage: npm run demo [-- options]

Plays a purchase against the running system (npm start): browse, order, payment, events, and what is refused.

  --url URL      the gateway's endpoint (default: that of npm start)
  --token NAME   sign the demo account of this name in, and print its access token (15 minutes) and nothing else
  --help         print this
`;

const options = readOptions({ url: { type: 'string' }, token: { type: 'string' } }, help);
const fail = (text: string): never => {
  console.error(text);
  process.exit(1);
};

const config = readPlatformConfig();
const url = options?.url ?? `http://localhost:${config.portOf(services.gateway.portEnv)}/graphql`;

const tokenOf = (name: string): Promise<string> => {
  const account = findDemoAccount(name);
  if (account === undefined)
    return fail(`There is no demo account ${name}: ${demoAccounts.map((one) => one.name).join(', ')}`);
  return signIn({ url, account });
};
const tellAndEnd = (error: unknown): never => {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`  ✗ ${error instanceof Error ? error.message : String(error)}${cause}`);
  return cause.includes('ECONNREFUSED')
    ? fail(`\n  Nothing answers at ${url}: is npm start running?`)
    : process.exit(1);
};

if (options?.token !== undefined) {
  console.log(await tokenOf(options.token).catch(tellAndEnd));
} else if (options !== null) {
  try {
    await playStory({ url, tokenOf, tell: (step) => console.log(`  ✓ ${step}`) });
    console.log('\n  The story went as told.');
  } catch (error) {
    tellAndEnd(error);
  }
}

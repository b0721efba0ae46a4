import { readOptions } from './readOptions.ts';
import { stopOnSignal } from './stopOnSignal.ts';
import { startSystem } from './system.ts';
import { welcome } from './welcome.ts';

const help = `Usage: npm start [-- options]

Starts everything on this machine: PostgreSQL, Redis, Kafka, the four subgraphs, identity and the gateway.

  --fresh   begin with empty databases and the demo data (downloads are kept)
  --help    print this

Ports and external services are chosen by environment variables; see docs/configuration.md.
`;

const options = readOptions({ fresh: { type: 'boolean' } }, help);
const show = (line: string): void => console.log(`  ${line.replaceAll('\n', '\n  ')}`);

if (options !== null) {
  const system = startSystem({ fresh: options.fresh === true, show });
  const signal = stopOnSignal(system, show);
  try {
    const { url } = await system.ready;
    console.log(welcome({ url }));
  } catch (error) {
    if (!signal.received()) {
      console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    }
  }
}

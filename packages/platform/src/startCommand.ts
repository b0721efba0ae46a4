import { parseArgs } from 'node:util';
import { stopOnSignal } from './stopOnSignal.ts';
import { startSystem } from './system.ts';
import { welcome } from './welcome.ts';

const help = `Usage: npm start [-- options]

Starts everything on this machine: PostgreSQL, Redis, Kafka, the four subgraphs, identity and the gateway.

  --fresh   begin with empty databases and the demo data (downloads are kept)
  --help    print this

Ports and external services are chosen by environment variables; see docs/configuration.md.
`;

const { values } = parseArgs({ options: { fresh: { type: 'boolean' }, help: { type: 'boolean' } }, strict: true });
const show = (line: string): void => console.log(`  ${line.replaceAll('\n', '\n  ')}`);

if (values.help === true) {
  console.log(help);
} else {
  const system = startSystem({ fresh: values.fresh === true, show });
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

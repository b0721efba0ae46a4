/** Generated operations against one of the gateway's engines, as many as one likes. Use: npm run differential -- --help. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from './steps.mjs';

const help = `Usage: npm run differential -- [options]

Generates operations and compares what the gateway answers with what graphql-js answers with all the data in one schema:
the same data in the same order, and errors at the same places. What differs is made small and printed with its seed.

  --count N          how many operations (default 10000)
  --seed N           the seed of the first one; the next one has the next seed (default: by the clock, printed)
  --engine NAME      compiled (default) or apollo
  --supergraph NAME  one of gateway/test/differential/schemas.ts (default: each of them)
`;
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000) % 10_000_000) },
    engine: { type: 'string', default: 'compiled' },
    supergraph: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

console.log(
  `${values.count} operations from seed ${values.seed}, ${values.engine} engine, ${values.supergraph ?? 'every supergraph'}`,
);
const { status } = spawnSync(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
    'gateway/src/engine/differential.test.ts',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      DIFFERENTIAL_COUNT: values.count,
      DIFFERENTIAL_SEED: values.seed,
      DIFFERENTIAL_ENGINE: values.engine,
      ...(values.supergraph !== undefined && { DIFFERENTIAL_SUPERGRAPH: values.supergraph }),
    },
  },
);
process.exit(status ?? 1);

/** Puts right what a machine can put right: format, and the lint rules that have a fix. */
import { run, runSteps } from './steps.mjs';

const failed = await runSteps(
  [
    { name: 'lint', work: () => run('oxlint', '--type-aware', '--fix') },
    { name: 'format', work: () => run('prettier', '--write', '--log-level', 'warn', '.') },
  ],
  { atOnce: 1 },
);
process.exit(failed.length > 0 ? 1 : 0);

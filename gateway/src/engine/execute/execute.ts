import { missingFields } from './missingFields.ts';
import { placedErrors } from './placedErrors.ts';
import { startRun, type Execute, type ExecuteOptions } from './run.ts';
import { runSteps } from './runSteps.ts';

/** Runs compiled operations: each fetch as soon as what it reads is there, every failure in its own place. */
export const createExecute = (options: ExecuteOptions): Execute => {
  return async (operation, variables, context, cancellation) => {
    const run = startRun(options, operation, variables, context, cancellation);
    for (const steps of operation.stages) await runSteps(run, steps);
    const written = operation.write(run.data, run.escapes);
    const missing = missingFields(run, written.violations);
    const placed = run.errors.length > 0 ? placedErrors(run.errors, written.text, operation.asked(), run.nulled) : [];
    const all = [...placed, ...missing];
    return {
      dataText: written.text,
      ascii: run.ascii,
      errors: all.map((error) => options.formatError(error, undefined)),
      tags: operation.tags?.(run.data) ?? null,
      freshUntil: run.freshUntil,
    };
  };
};

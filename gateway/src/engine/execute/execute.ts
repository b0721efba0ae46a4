import type { GraphQLFormattedError } from 'graphql';
import type { Write } from '../compile/compileWriter.ts';
import { missingFields } from './missingFields.ts';
import { placedErrors } from './placedErrors.ts';
import { startRun, type Execute, type ExecuteOptions, type Run } from './run.ts';
import { runSteps } from './runSteps.ts';

/** Runs compiled operations: each fetch as soon as what it reads is there, every failure in its own place. */
export const createExecute = (options: ExecuteOptions): Execute => {
  return async (operation, variables, context, cancellation) => {
    const run = startRun(options, operation, variables, context, cancellation);
    for (const steps of operation.stages) await runSteps(run, steps);
    const written = operation.write(run.data, run.escapes);
    return {
      dataText: written.text,
      ascii: run.ascii,
      errors: run.errors.length === 0 && written.violations.length === 0 ? none : errorsOf(run, written),
      tags: operation.tags?.(run.data) ?? null,
      freshUntil: run.freshUntil,
    };
  };
};

const none: readonly GraphQLFormattedError[] = [];

const errorsOf = (run: Run, { text, violations }: ReturnType<Write>): readonly GraphQLFormattedError[] => {
  const missing = missingFields(run, violations);
  const placed = run.errors.length > 0 ? placedErrors(run.errors, text, run.operation.asked(), run.nulled) : none;
  return [...placed, ...missing].map((error) => run.options.formatError(error, undefined));
};

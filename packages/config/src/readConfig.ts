import type { z } from 'zod';

/** The environment does not fit the schema. The message has every problem on a line of its own. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The environment as a process has it: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment once, all problems together, so that a wrong deployment is corrected in one go.
 * A variable that is set but empty counts as not set: that is what `NAME=` in a compose file or a shell means.
 *
 * @throws ConfigError listing `NAME: problem` for each problem; never quotes a value, which may be a secret
 */
export const readConfig = <Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
): z.output<z.ZodObject<Shape>> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message, code }) => `${path.join('.')}: ${reason(path, message, code, given)}`),
  );
};

const reason = (path: PropertyKey[], message: string, code: string, given: Record<string, unknown>): string =>
  code === 'invalid_type' && path[0] !== undefined && !(String(path[0]) in given) ? 'is required' : message;

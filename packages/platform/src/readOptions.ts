import { parseArgs, type ParseArgsConfig } from 'node:util';

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

type Values<Options extends OptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options }>
>['values'];

/**
 * Reads the options of a command. Returns null when there is nothing to do: the help was asked for and is printed; or what
 * was typed is wrong, which is told with the help, and the process will end with 2.
 */
export const readOptions = <const Options extends OptionsConfig>(
  options: Options,
  help: string,
  args: readonly string[] = process.argv.slice(2),
): Values<Options> | null => {
  if (args.includes('--help')) {
    process.stdout.write(`${help}\n`);
    return null;
  }
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}\n`);
    process.exitCode = 2;
    return null;
  }
};

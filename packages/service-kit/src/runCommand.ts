/** What a command line says to do; or what is printed instead: the help, or what is wrong with it. */
export type CommandLine<Command> = Readonly<{ run: Command }> | Readonly<{ print: string; exitCode: 0 | 2 }>;

/** What goes to the standard output, what is said about it on the other one, and whether all went well. */
export type CommandOutcome = Readonly<{ ok: boolean; output?: string; note?: string }>;

/** The part of `process` that a command uses. */
export type CommandHost = {
  stdout: { write: (text: string) => unknown };
  stderr: { write: (text: string) => unknown };
  exitCode?: number | string | null | undefined;
};

/**
 * Does what a command line says, and ends with 0; with 1 when it was refused or did not work, with 2 when the command line
 * is wrong.
 *
 * @param problemText what is said of something that was thrown
 */
export const runCommand = async <Command>(
  line: CommandLine<Command>,
  work: (command: Command) => Promise<CommandOutcome>,
  {
    problemText = messageText,
    host = process,
  }: Readonly<{ problemText?: (error: unknown) => string; host?: CommandHost }> = {},
): Promise<void> => {
  const end = (exitCode: number, { output, note }: Omit<CommandOutcome, 'ok'>): void => {
    if (note !== undefined) host.stderr.write(asLine(note));
    if (output !== undefined) host.stdout.write(asLine(output));
    host.exitCode = exitCode;
  };
  if ('print' in line) return end(line.exitCode, line.exitCode === 0 ? { output: line.print } : { note: line.print });
  try {
    const outcome = await work(line.run);
    end(outcome.ok ? 0 : 1, outcome);
  } catch (error) {
    end(1, { note: problemText(error) });
  }
};

/** What is said of something that was thrown, where nothing better is known. */
export const messageText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const asLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

import { expect, test } from '@jest/globals';
import { runCommand, type CommandLine, type CommandOutcome } from './runCommand.ts';

const run = async (line: CommandLine<string>, work: (command: string) => Promise<CommandOutcome>) => {
  const said = { stdout: '', stderr: '', exitCode: undefined as number | undefined };
  const host = {
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: { write: (text: string) => (said.stderr += text) },
    set exitCode(code: number) {
      said.exitCode = code;
    },
  };
  await runCommand(line, work, { host });
  return said;
};
const never = () => Promise.reject(new Error('was run'));

test('what a command gives goes to the standard output, and what it says to the other one', async () => {
  const outcome = async (command: string) => ({ ok: true, output: `the secret of ${command}`, note: 'once' });
  expect(await run({ run: 'depot' }, outcome)).toEqual({
    stdout: 'the secret of depot\n',
    stderr: 'once\n',
    exitCode: 0,
  });
});

test('a command that is refused ends with 1, and so does one that throws', async () => {
  const refused = { stdout: '', stderr: 'no\n', exitCode: 1 };
  expect(await run({ run: '' }, async () => ({ ok: false, note: 'no' }))).toEqual(refused);
  expect(await run({ run: '' }, () => Promise.reject(new Error('no')))).toEqual(refused);
});

test('a wrong command line ends with 2 and runs nothing; help is no mistake', async () => {
  expect(await run({ print: 'Usage\n', exitCode: 2 }, never)).toEqual({ stdout: '', stderr: 'Usage\n', exitCode: 2 });
  expect(await run({ print: 'Usage\n', exitCode: 0 }, never)).toEqual({ stdout: 'Usage\n', stderr: '', exitCode: 0 });
});

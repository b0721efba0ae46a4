import type { OperationProblem } from './checkOperations.ts';
import type { OperationsCommand } from './commandLine.ts';
import type { OperationCheck } from './createOperationCheck.ts';
import { everybody, type OperationStore, type StoredOperation } from './createOperationStore.ts';
import { readManifest, type RegisteredOperation } from './manifest.ts';

export type OperationsCommandDeps = Readonly<{
  store: OperationStore;
  /** Loads the supergraph that was named, or the composed one. */
  loadCheck: (supergraphFile: string | undefined) => OperationCheck;
  readFile: (file: string) => string;
}>;

/** What is printed, and whether all went well. */
export type Outcome = Readonly<{ ok: boolean; text: string }>;

/** Does what was asked on the command line. @throws when the database or a file cannot be read */
export const runOperationsCommand = async (
  command: OperationsCommand,
  deps: OperationsCommandDeps,
): Promise<Outcome> => {
  switch (command.name) {
    case 'publish':
      return publish(command, deps);
    case 'diff':
      return diff(command, deps);
    case 'list':
      return list(await deps.store.list(command.clientId));
    case 'revoke':
      return revoke(command, deps);
    case 'check':
      return check(command, deps);
  }
};

type Command<Name extends OperationsCommand['name']> = Extract<OperationsCommand, { name: Name }>;

const publish = async (
  { clientId, manifest, supergraph, force }: Command<'publish'>,
  { store, loadCheck, readFile }: OperationsCommandDeps,
): Promise<Outcome> => {
  const read = readManifest(readFile(manifest));
  if (!read.ok) return refused(`${manifest} is refused, nothing was published:`, read.problems);
  const checked = await loadCheck(supergraph)(read.operations);
  const problems = checked.problems.map(described);
  if (problems.length > 0 && !force)
    return refused('Nothing was published. These do not fit the supergraph:', problems);

  const changes = changesOf(await store.list(clientId), read.operations);
  await store.publish({
    clientId,
    operations: read.operations.map((operation) => ({ ...operation, cost: checked.costs.get(operation.id) ?? null })),
    problems,
    forced: problems.length > 0,
  });
  const forced = problems.length === 0 ? '' : `\nForced, and written down:\n${lines(problems)}`;
  return { ok: true, text: `Published for ${named(clientId)}: ${summary(changes)}.${forced}` };
};

const diff = async (
  { clientId, manifest }: Command<'diff'>,
  { store, readFile }: OperationsCommandDeps,
): Promise<Outcome> => {
  const read = readManifest(readFile(manifest));
  if (!read.ok) return refused(`${manifest} cannot be published:`, read.problems);
  const changes = changesOf(await store.list(clientId), read.operations);
  const marked = [
    ...changes.added.map(({ id, name }) => `+ ${name} ${id}`),
    ...changes.changed.map(({ id, name }) => `~ ${name} ${id}`),
    ...changes.onlyRegistered.map(({ id, name }) => `  ${name} ${id} (not in the manifest; stays registered)`),
  ];
  return { ok: true, text: [`Publishing for ${named(clientId)}: ${summary(changes)}.`, ...marked].join('\n') };
};

const list = (operations: readonly StoredOperation[]): Outcome => ({
  ok: true,
  text:
    operations.length === 0
      ? 'Nothing is registered.'
      : operations
          .map(
            ({ clientId, id, name, type, cost, publishedAt }) =>
              `${named(clientId)}  ${type} ${name}  ${id}  ${cost === null ? 'cost by variables' : `cost ${cost}`}  ${publishedAt}`,
          )
          .join('\n'),
});

const revoke = async ({ clientId, ids }: Command<'revoke'>, { store }: OperationsCommandDeps): Promise<Outcome> => {
  const revoked = await store.revoke(clientId, ids);
  const unknown = (ids ?? []).filter((id) => !revoked.includes(id));
  const text = `Revoked for ${named(clientId)}: ${revoked.length === 0 ? 'nothing' : revoked.join(', ')}.`;
  if (unknown.length === 0) return { ok: true, text };
  return refused(`${text} These are not registered:`, unknown);
};

const check = async (
  { supergraph, force }: Command<'check'>,
  { store, loadCheck }: OperationsCommandDeps,
): Promise<Outcome> => {
  const operations = await store.list();
  const broken = await brokenOperations(operations, loadCheck(supergraph));
  const accepted = await store.acceptedProblems();
  const problems = broken.filter((problem) => !accepted.has(problem));
  const known = broken.length - problems.length;
  if (problems.length === 0) {
    const exceptions = known === 0 ? '' : `, except ${known} that were accepted by force`;
    return { ok: true, text: `What is registered (${operations.length}) fits${exceptions}.` };
  }
  if (!force) return refused('The supergraph breaks operations that clients have registered:', problems);
  await store.acceptProblems(problems);
  return { ok: true, text: `Accepted by force, and written down:\n${lines(problems)}` };
};

/** Whose registered operations do not fit, each with the client that would notice. */
export const brokenOperations = async (
  operations: readonly StoredOperation[],
  checkOf: OperationCheck,
): Promise<readonly string[]> => {
  const byClient = new Map<string, StoredOperation[]>();
  for (const operation of operations) {
    byClient.set(operation.clientId, [...(byClient.get(operation.clientId) ?? []), operation]);
  }
  const problems: string[] = [];
  for (const [clientId, own] of byClient) {
    const checked = await checkOf(own);
    problems.push(...checked.problems.map((problem) => `${named(clientId)}: ${described(problem)}`));
  }
  return problems;
};

type Changes = Readonly<{
  added: readonly RegisteredOperation[];
  changed: readonly RegisteredOperation[];
  unchanged: number;
  onlyRegistered: readonly StoredOperation[];
}>;

const changesOf = (stored: readonly StoredOperation[], wanted: readonly RegisteredOperation[]): Changes => {
  const before = new Map(stored.map((operation) => [operation.id, operation]));
  const after = new Set(wanted.map(({ id }) => id));
  const known = wanted.filter(({ id }) => before.has(id));
  const changed = known.filter(({ id, body, name, type }) => {
    const was = before.get(id);
    return was?.body !== body || was.name !== name || was.type !== type;
  });
  return {
    added: wanted.filter(({ id }) => !before.has(id)),
    changed,
    unchanged: known.length - changed.length,
    onlyRegistered: stored.filter(({ id }) => !after.has(id)),
  };
};

const summary = ({ added, changed, unchanged, onlyRegistered }: Changes): string =>
  `${added.length} new, ${changed.length} changed, ${unchanged} as before, ${onlyRegistered.length} more registered`;

const named = (clientId: string): string => (clientId === everybody ? 'everybody' : clientId);
const described = ({ id, name, problem }: OperationProblem): string => `${name} (${id}) ${problem}`;
const lines = (problems: readonly string[]): string => problems.map((problem) => `  ${problem}`).join('\n');
const refused = (what: string, problems: readonly string[]): Outcome => ({
  ok: false,
  text: `${what}\n${lines(problems)}`,
});

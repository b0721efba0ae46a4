import type { Answer, Execute, Federation } from './createFederation.ts';
import type { Difference } from './findDifferences.ts';
import { generateOperation, type Operation } from './generateOperation.ts';
import { isPart } from './isPart.ts';
import { createRandom } from './random.ts';
import { rootParts } from './rootParts.ts';
import { shrinkOperation } from './shrinkOperation.ts';

/** What a subgraph that fails answers: nothing at all, or something that helps nobody. */
const failures: Readonly<Record<string, string | null>> = {
  'is away': null,
  'answers with HTML': '<h1>Bad Gateway</h1>',
  'answers with nothing but an error': '{"errors":[{"message":"out of order"}]}',
  'answers null, with an error': '{"data":null,"errors":[{"message":"out of order"}]}',
};

/** A federation of which one subgraph fails while it is told to, and which knows who was asked. */
export type Breakable = Readonly<{
  federation: Federation;
  breakDown: (subgraph: string | null, how?: string) => void;
  /** Who was asked since this was last asked. */
  asked: () => ReadonlySet<string>;
}>;

export const createBreakable = (whole: Federation): Breakable => {
  let down: { subgraph: string | null; how: string } = { subgraph: null, how: '' };
  let asked = new Set<string>();
  return {
    federation: {
      ...whole,
      ask: async (subgraph, body) => {
        asked.add(subgraph);
        if (subgraph !== down.subgraph) return whole.ask(subgraph, body);
        const text = failures[down.how] ?? null;
        if (text === null) throw new Error('connection refused');
        return text;
      },
    },
    breakDown: (subgraph, how = '') => {
      down = { subgraph, how };
    },
    asked: () => {
      const all = asked;
      asked = new Set();
      return all;
    },
  };
};

/**
 * Runs the queries of the seeds `from` … `from + count - 1` twice, the second time while one of the subgraphs that they
 * need fails, and looks for failures that spread.
 */
export const findSpreading = async (
  { federation: { api, world, effects }, breakDown, asked }: Breakable,
  engine: Execute,
  subgraphs: readonly string[],
  { from, count, most = 5 }: Readonly<{ from: number; count: number; most?: number }>,
): Promise<readonly Difference[]> => {
  const ask = async ({ query, variables }: Operation): Promise<{ answer: Answer; needed: ReadonlySet<string> }> => {
    asked();
    return { answer: await engine(query, variables), needed: asked() };
  };

  const check = async (operation: Operation, subgraph: string, how: string): Promise<string | undefined> => {
    breakDown(null);
    const whole = (await ask(operation)).answer;
    breakDown(subgraph, how);
    const { answer, needed } = await ask(operation);
    breakDown(null);
    const what = compare(whole, answer, subgraph, needed.has(subgraph));
    if (what !== undefined) return `${subgraph} ${how}: ${what}`;
    for (const [key, part] of rootParts(operation)) {
      const values = [whole, answer].map(({ data }) => JSON.stringify(valueAt(data, key)));
      if (values[0] === values[1] || (await ask(part)).needed.has(subgraph) || answer.data === null) continue;
      return `${subgraph} ${how}: ${key} does not need it\n  expected ${values[0]}\n  got      ${values[1]}`;
    }
    return undefined;
  };

  const found: Difference[] = [];
  for (let seed = from; seed < from + count && found.length < most; seed += 1) {
    world.reseed(seed);
    effects();
    const operation = generateOperation(api, seed);
    // What has run has run; see the tests of mutations.
    if (operation.query.startsWith('mutation')) continue;
    const random = createRandom(seed);
    const { needed } = await ask(operation);
    const subgraph = random.pick(needed.size > 0 ? [...needed] : subgraphs);
    const how = random.pick(Object.keys(failures));
    if ((await check(operation, subgraph, how)) === undefined) continue;
    const smaller = await shrinkOperation(
      api,
      operation,
      async (candidate) => (await check(candidate, subgraph, how)) !== undefined,
    );
    found.push({ seed, operation: smaller, what: (await check(smaller, subgraph, how)) ?? 'only sometimes' });
  }
  return found;
};

/** What is wrong with an answer that was made while a subgraph failed; undefined when nothing is. */
const compare = (whole: Answer, answer: Answer, subgraph: string, wasAsked: boolean): string | undefined => {
  const [expected, got] = [whole, answer].map(({ data }) => JSON.stringify(data));
  const told = answer.errors ?? [];
  const mistakes = told.filter(({ extensions }) => extensions?.['code'] === 'INTERNAL_SERVER_ERROR');
  if (mistakes.length > 0) return 'a mistake of ours is told';
  if (!isPart(answer.data, whole.data)) return `data\n  expected ${expected}\n  got      ${got}`;
  const known = new Set((whole.errors ?? []).map(({ message }) => message));
  const others = told.filter(
    ({ message, extensions }) => extensions?.['serviceName'] !== subgraph && !known.has(message),
  );
  if (others.length > 0) return `other errors: ${others.map(({ message }) => message).join('; ')}`;
  const isNamed = told.some(({ extensions }) => extensions?.['serviceName'] === subgraph);
  if (expected !== got && !isNamed) return `no error names it\n  expected ${expected}\n  got      ${got}`;
  return expected !== got && !wasAsked ? 'it was not asked, and something is missing' : undefined;
};

const valueAt = (data: unknown, key: string): unknown =>
  typeof data === 'object' && data !== null ? Reflect.get(data, key) : data;

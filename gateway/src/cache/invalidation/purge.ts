import type { CommandLine } from '@supergraph/service-kit';
import { parseArgs } from 'node:util';
import type { TagStore } from '../tags/createTagStore.ts';

/** What is to be forgotten: tags, or null for everything. */
export type Purge = Readonly<{ tags: readonly string[] | null }>;

const help = `Usage: npm run purge -- TAG…

Makes every gateway forget answers and entities, within a second, as if an event had said that they changed.

  Product:42     an entity, by its key
  Product:list   every list of the type
  Product        everything with a product in it
  --all          everything
  --help         print this

CACHE_TAGS_REDIS_URL or else REDIS_URL, and NAMESPACE, say which installation; without them, that of npm start.
`;

/** Reads the command line's arguments (without node and the script). Never throws. */
export const parsePurge = (args: readonly string[]): CommandLine<Purge> => {
  try {
    const { values, positionals: tags } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (values.help) return { print: help, exitCode: 0 };
    if (values.all === tags.length > 0) return usage('Name tags, or say --all.');
    const wrong = tags.find((tag) => !/^[_A-Za-z]\w*(:.+)?$/.test(tag));
    if (wrong !== undefined) return usage(`${wrong} is no tag.`);
    return { run: { tags: values.all ? null : tags } };
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
};

const usage = (problem: string): CommandLine<Purge> => ({ print: `${problem}\n\n${help}`, exitCode: 2 });

/**
 * Bumps tags. Everything is forgotten by beginning a new memory of the tags: no entry of another one is true.
 *
 * @throws when Redis does not take it
 */
export const purge = async (store: TagStore, { tags }: Purge): Promise<void> => {
  const { memory, clock } = await store.exchange({ memory: 0, clock: 0 }, tags ?? [], []);
  if (tags === null) await store.exchange({ memory: memory + 1, clock: clock + 1 }, [], []);
};

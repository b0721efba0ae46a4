import type { Variables } from '../../engine/compile/compileVariables.ts';
import { isData, type Data } from '../../engine/compile/values.ts';
import type { Viewer } from '../../engine/execute/viewerKey.ts';
import type { Memory } from '../createMemory.ts';
import { viewerClass } from '../response/cacheKey.ts';
import type { Stamp, TagView } from '../tags/createTagView.ts';
import type { SharedRecords } from './createSharedRecords.ts';
import type { EntityName, Keeping } from './keeping.ts';
import { recallObject, rootId, type Recalling } from './recall.ts';
import { rememberEntity, rememberRoot, type Remembering } from './remember.ts';
import { sizeOfRecord, withValues, type EntityRecord, type KeptValue } from './records.ts';

/** What a request to a subgraph asks about. */
export type Asked = Readonly<{
  keeping: Keeping;
  /** For each group what its representations are called. */
  names: readonly (readonly (EntityName | null)[])[];
  variables: Variables;
  viewer: Viewer;
}>;

export type Recalled = Readonly<{
  /** The root's fields; null when one is lacking, or when entities were asked about. */
  root: Data | null;
  /** For each representation of each group its entity, or undefined. Nobody else has these objects. */
  groups: readonly (readonly (Data | undefined)[])[];
  /** When the first of all this is too old, in milliseconds since 1970. */
  until: number;
  escapes: boolean;
  ascii: boolean;
}>;

export type EntityCache = Readonly<{
  /** What is known of what is asked: at once, unless others have to be asked whether they know it. */
  recall: (asked: Asked) => Recalled | Promise<Recalled>;
  /** To be taken before a request is sent; null: its answer will not be kept. */
  stamp: () => Stamp | null;
  /** Keeps what may be kept of an answer without errors. */
  remember: (asked: Asked, answer: Answer) => void;
}>;

export type Answer = Readonly<{
  stamp: Stamp;
  root: Data | null;
  groups: readonly (readonly unknown[])[];
  escapes: boolean;
  ascii: boolean;
}>;

/** How a request was answered: in whole, in part, or not at all. */
export type EntityOutcome = 'hit' | 'part' | 'miss';

export type EntityCacheOptions = Readonly<{
  view: TagView;
  memory: Memory<EntityRecord>;
  /** Null: this gateway is alone. */
  shared: SharedRecords | null;
  /** How long the memory is believed before the shared records are asked again. */
  memorySeconds: number;
  observe: (outcome: EntityOutcome) => void;
  now?: () => number;
}>;

/** What is asked of others at once. */
const mostAsked = 500;
/** How often others are asked for one request: an entity may name another, and that one more. */
const mostRounds = 3;

/**
 * Keeps entities, and the fields of the root, field by field: another selection of what is known is not fetched, and of a
 * list only what is not known. Everything in it is true by the same clock and tags as answers are, and belongs to those
 * viewers that its hints say. See docs/adr/0026-entity-cache.md.
 */
export const createEntityCache = (options: EntityCacheOptions): EntityCache => {
  const { view, memory, shared, observe, now = Date.now } = options;
  const memoryMs = shared === null ? Infinity : options.memorySeconds * 1_000;

  const spacesOf = ({ keeping, viewer }: Asked): readonly string[] => {
    const { principal, propagated, canary } = viewer;
    // What the gateway leaves out of an operation makes no difference to the rest of it.
    const seen: Viewer = { principal, propagated, canary, accessKey: '' };
    return keeping.audiences.map((audience) => keeping.space + viewerClass(audience, seen));
  };

  /** Looks into the memory. */
  const look = (asked: Asked, spaces: readonly string[]): Recalled & { readonly lacking: ReadonlySet<string> } => {
    const at = now();
    const recalling: Recalling = {
      records: memory,
      isTrue: ({ until, believedUntil, part }) => until > at && believedUntil > at && view.holds(part),
      spaces,
      variables: asked.variables,
      lacking: new Set(),
      until: Infinity,
      escapes: false,
      ascii: true,
    };
    const { keeping, names } = asked;
    const root = keeping.root === null ? null : (recallObject(recalling, keeping.root, rootId) ?? null);
    const groups = names.map((all, index) =>
      all.map((name) => {
        const type = name && keeping.groups[index]?.level.types.get(name.type);
        return name && type?.isWhole ? recallObject(recalling, type, name.id) : undefined;
      }),
    );
    const { lacking, until, escapes, ascii } = recalling;
    return { root, groups, lacking, until, escapes, ascii };
  };

  const putIntoMemory = (name: string, values: readonly (readonly [string, KeptValue])[]): EntityRecord => {
    const at = now();
    const record = withValues(memory.get(name), values, ({ until, part }) => until > at && view.holds(part));
    memory.set(name, record, sizeOfRecord(record));
    return record;
  };

  /** Puts into the memory what others have of a record and still holds. */
  const askOthers = async (others: SharedRecords, name: string): Promise<boolean> => {
    const found = await others.get(name);
    if (found === null) return false;
    const at = now();
    const young = found.filter(([, { until }]) => until > at);
    const stamps = new Map(
      await Promise.all(
        [...new Set(young.map(([, { part }]) => part))].map(
          async (part) => [part, await view.verify(part, part.tags).catch(() => null)] as const,
        ),
      ),
    );
    const parts = new Map(
      [...stamps].flatMap(([part, stamp]) => (stamp === null ? [] : [[part, { ...part, ...stamp, checked: 0 }]])),
    );
    const values = young.flatMap(([identity, value]) => {
      const part = parts.get(value.part);
      return part === undefined ? [] : [[identity, { ...value, part, believedUntil: at + memoryMs }] as const];
    });
    if (values.length > 0) putIntoMemory(name, values);
    return values.length > 0;
  };

  const lookFurther = async (
    others: SharedRecords,
    asked: Asked,
    spaces: readonly string[],
    first: ReturnType<typeof look>,
  ): Promise<Recalled> => {
    let found = first;
    const known = new Set<string>();
    for (let round = 0; round < mostRounds; round++) {
      const names = [...found.lacking].filter((name) => !known.has(name)).slice(0, mostAsked);
      if (names.length === 0) break;
      for (const name of names) known.add(name);
      const more = await Promise.all(names.map((name) => askOthers(others, name)));
      if (!more.includes(true)) break;
      found = look(asked, spaces);
    }
    return told(found);
  };

  const told = (recalled: Recalled): Recalled => {
    const entities = recalled.groups.flat();
    const isThere = recalled.root !== null || entities.some((entity) => entity !== undefined);
    observe(isThere ? (entities.includes(undefined) ? 'part' : 'hit') : 'miss');
    return recalled;
  };

  return {
    recall: (asked) => {
      const spaces = spacesOf(asked);
      const found = look(asked, spaces);
      // Who does not know what was bumped believes nobody.
      if (found.lacking.size === 0 || shared === null || view.stamp() === null) return told(found);
      return lookFurther(shared, asked, spaces, found);
    },
    stamp: view.stamp,
    remember: (asked, { stamp, root, groups, escapes, ascii }) => {
      const at = now();
      const remembering: Remembering = {
        stamp,
        escapes,
        ascii,
        variables: asked.variables,
        spaces: spacesOf(asked),
        now: at,
        believedUntil: at + memoryMs,
        found: new Map(),
      };
      const { keeping, names } = asked;
      if (keeping.root !== null && root !== null) rememberRoot(remembering, keeping.root, root);
      groups.forEach((entities, index) => {
        const group = keeping.groups[index];
        names[index]?.forEach((name, place) => {
          const entity = entities[place];
          if (group && name && isData(entity)) rememberEntity(remembering, group.level, name, entity);
        });
      });
      for (const [name, values] of remembering.found) {
        // What was invalidated meanwhile must not take the place of what is newer.
        const good = values.filter(([, { part }]) => view.holds(part));
        if (good.length === 0) continue;
        const record = putIntoMemory(name, good);
        shared?.put(name, record, Math.max(...[...record.values()].flat().map(({ until }) => until)) - at);
      }
    },
  };
};

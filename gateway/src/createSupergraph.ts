import { ConfigError } from '@supergraph/config';
import { messageText, type Logger } from '@supergraph/service-kit';
import { readFileSync, statSync } from 'node:fs';
import type { Engine } from './createEngine.ts';
import { readText } from './readText.ts';

/** The supergraph that is served now. */
export type Supergraph = Readonly<{
  engine: () => Engine;
  /** Calls after each change of the supergraph, before the previous engine is stopped. */
  onReload: (listener: () => void) => void;
  close: () => Promise<void>;
}>;

export type SupergraphOptions = Readonly<{
  file: string;
  createEngine: (supergraphSdl: string) => Promise<Engine>;
  log: Logger;
  /** How often the file is looked at. */
  pollMs?: number;
}>;

/**
 * Serves a supergraph file and follows its changes. What is asked for most is planned for the changed one before it is
 * served. A file that cannot be loaded is refused and logged, and what was served before stays. Requests that are under
 * way, and subscriptions, finish on the engine they began with.
 *
 * The file is polled: editors and Kubernetes replace files by renaming, which notifications lose track of.
 *
 * @throws when the first load fails: ConfigError for a file that cannot be read or is no supergraph
 */
export const createSupergraph = async ({
  file,
  createEngine,
  log,
  pollMs = 500,
}: SupergraphOptions): Promise<Supergraph> => {
  // Before it is read: a change in between is seen as one.
  let seen = stateOf(file);
  let engine = await createEngine(readFirst(file)).catch((error: unknown) => {
    throw asProblemOf(file, error);
  });
  let busy = Promise.resolve();
  const listeners: (() => void)[] = [];
  const retiring = new Set<Promise<void>>();

  const retire = (previous: Engine): void => {
    const stopping = previous
      .stop()
      .catch((error: unknown) => log.error({ err: error }, 'an engine that serves no more could not be stopped'))
      .finally(() => retiring.delete(stopping));
    retiring.add(stopping);
  };

  const reload = async (): Promise<void> => {
    try {
      const supergraphSdl = readFileSync(file, 'utf8');
      if (supergraphSdl === engine.supergraphSdl) return;
      const next = await createEngine(supergraphSdl);
      await next.warm(engine);
      const previous = engine;
      engine = next;
      log.info({ file }, 'the supergraph was reloaded');
      try {
        for (const listener of listeners) listener();
      } finally {
        // Its last requests may take long, and the next change does not wait for them.
        retire(previous);
      }
    } catch (error) {
      log.error({ err: error, file }, 'the changed supergraph is refused, the previous one keeps serving');
    }
  };

  const poll = setInterval(() => {
    const state = stateOf(file);
    if (state === seen) return;
    seen = state;
    busy = busy.then(reload);
  }, pollMs).unref();

  return {
    engine: () => engine,
    onReload: (listener) => void listeners.push(listener),
    close: async () => {
      clearInterval(poll);
      await busy;
      await Promise.all([...retiring, engine.stop()]);
    },
  };
};

/** Differs when the file does, whether it was written or replaced. */
const stateOf = (file: string): string => {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    // A timer looks: what is thrown there would end the process. What cannot be looked at cannot be read either.
    return String(error);
  }
};

const readFirst = (file: string): string => {
  try {
    return readText(file);
  } catch (error) {
    throw new ConfigError([messageText(error)]);
  }
};

/** What GraphQL and federation say of an SDL is for whoever has named the file; anything else is a fault of ours. */
const asProblemOf = (file: string, error: unknown): unknown =>
  error instanceof Error && error.name === 'GraphQLError'
    ? new ConfigError([
        `${file} is no supergraph that can be served. ${error.toString().trim()}`,
        'A supergraph is what composition writes from the schemas of subgraphs: npm run generate, or rover supergraph compose',
      ])
    : error;

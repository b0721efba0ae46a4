import type { Logger } from '@supergraph/service-kit';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Engine } from './createEngine.ts';

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
 * Serves a supergraph file and follows its changes. A file that cannot be loaded is refused and logged, and what was
 * served before stays. Requests that are under way, and subscriptions, finish on the engine they began with.
 *
 * The file is polled: editors and Kubernetes replace files by renaming, which notifications lose track of.
 *
 * @throws when the first load fails
 */
export const createSupergraph = async ({
  file,
  createEngine,
  log,
  pollMs = 500,
}: SupergraphOptions): Promise<Supergraph> => {
  let engine = await createEngine(readFileSync(file, 'utf8'));
  let busy = Promise.resolve();
  const listeners: (() => void)[] = [];

  const reload = async (): Promise<void> => {
    try {
      const supergraphSdl = readFileSync(file, 'utf8');
      if (supergraphSdl === engine.supergraphSdl) return;
      const previous = engine;
      engine = await createEngine(supergraphSdl);
      log.info({ file }, 'the supergraph was reloaded');
      for (const listener of listeners) listener();
      await previous.stop();
    } catch (error) {
      log.error({ err: error, file }, 'the changed supergraph is refused, the previous one keeps serving');
    }
  };

  watchFile(file, { interval: pollMs, persistent: false }, () => {
    busy = busy.then(reload);
  });

  return {
    engine: () => engine,
    onReload: (listener) => void listeners.push(listener),
    close: async () => {
      unwatchFile(file);
      await busy;
      await engine.stop();
    },
  };
};

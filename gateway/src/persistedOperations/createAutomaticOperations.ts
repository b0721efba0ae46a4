import { createLru } from '../engine/createLru.ts';
import type { SharedDocuments } from './createSharedDocuments.ts';
import { sha256Of } from './manifest.ts';

/** Documents that clients sent once with their hash, so that the hash is enough the next time. */
export type AutomaticOperations = Readonly<{
  /** At once when this gateway knows it, and after a look at what others know when it does not. */
  find: (hash: string) => string | Promise<string | undefined> | undefined;
  /** Remembers a document under its hash; false when that is not its hash. */
  remember: (hash: string, document: string) => boolean;
}>;

export type AutomaticOperationsOptions = Readonly<{
  /** What all gateways know; null: this one is alone. */
  shared?: SharedDocuments | null;
  entries?: number;
}>;

/** A longer document is not remembered: its client sends it every time. 2,000 of these are at most 20 MB. */
const longest = 10_000;

/** A bounded memory in this process, over a bounded one that all gateways have in common. */
export const createAutomaticOperations = ({
  shared = null,
  entries = 2_000,
}: AutomaticOperationsOptions = {}): AutomaticOperations => {
  const documents = createLru<string>({ entries, characters: entries * 64 });

  const findShared = async (hash: string, from: SharedDocuments): Promise<string | undefined> => {
    const document = await from.find(hash);
    if (document === null || sha256Of(document) !== hash) return undefined;
    documents.set(hash, document);
    return document;
  };

  return {
    find: (hash) => documents.get(hash) ?? (shared === null ? undefined : findShared(hash, shared)),
    remember: (hash, document) => {
      if (documents.get(hash) === document) return true;
      if (sha256Of(document) !== hash) return false;
      if (document.length <= longest) {
        documents.set(hash, document);
        shared?.put(hash, document);
      }
      return true;
    },
  };
};

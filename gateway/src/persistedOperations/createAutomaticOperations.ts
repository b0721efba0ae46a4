import { createLru } from '../engine/createLru.ts';
import { sha256Of } from './manifest.ts';

/** Documents that clients sent once with their hash, so that the hash is enough the next time. */
export type AutomaticOperations = Readonly<{
  find: (hash: string) => string | undefined;
  /** Remembers a document under its hash; false when that is not its hash. */
  remember: (hash: string, document: string) => boolean;
}>;

/** A longer document is not remembered: its client sends it every time. 2,000 of these are at most 20 MB. */
const longest = 10_000;

/**
 * A bounded memory in this process. It is not shared: a client whose hash is not known sends the document, so another
 * gateway learns it at the first request, and nobody can fill a database by sending documents.
 */
export const createAutomaticOperations = (entries = 2_000): AutomaticOperations => {
  const documents = createLru<string>({ entries, characters: entries * 64 });
  return {
    find: documents.get,
    remember: (hash, document) => {
      if (documents.get(hash) === document) return true;
      if (sha256Of(document) !== hash) return false;
      if (document.length <= longest) documents.set(hash, document);
      return true;
    },
  };
};

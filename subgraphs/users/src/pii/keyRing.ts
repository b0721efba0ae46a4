import { hkdfSync } from 'node:crypto';

/** What is derived from one secret: each use has a key of its own, so that neither weakens the other. */
type Keys = Readonly<{ seal: Buffer; index: Buffer }>;

/** The keys that personal data is read with; `current` is the one it is written with. */
export type KeyRing = Readonly<{ current: string; keys: ReadonlyMap<string, Keys> }>;

const entryPattern = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** HKDF-SHA-256 (RFC 5869); the salt may be empty because the secret is uniformly random already (section 3.1). */
const derive = (secret: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `commerce-supergraph users ${use} v1`, 32));

/**
 * Reads `keyid:base64 of 32 bytes,…`; the first key is the current one. Blanks and line ends between entries do
 * not matter, so that a file may hold one key on each line.
 *
 * @throws Error naming the entry by its place, never by its content.
 */
export const readKeyRing = (text: string): KeyRing => {
  const keys = new Map<string, Keys>();
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  for (const [index, entry] of entries.entries()) {
    const [, id, secret] = entryPattern.exec(entry) ?? [];
    if (id === undefined || secret === undefined)
      throw new Error(`key ${index + 1} is not of the form keyid:base64 of 32 bytes`);
    if (keys.has(id)) throw new Error(`the key id ${id} appears twice`);
    const bytes = Buffer.from(secret, 'base64');
    keys.set(id, { seal: derive(bytes, 'seal'), index: derive(bytes, 'email-index') });
  }
  const [current] = keys.keys();
  if (current === undefined) throw new Error('must hold at least one key');
  return { current, keys };
};

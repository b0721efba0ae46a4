import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

type Keys = Readonly<{ cookie: string; hash: Buffer; seal: Buffer; form: Buffer }>;

/** What this service keeps secret by. The first key is current; the others are still read, so that keys rotate. */
export type Secrets = Readonly<{
  /** Sign cookies with the first, accept the signatures of all. */
  cookieKeys: readonly string[];
  /** HMAC-SHA-512 of a token or secret under the current key: what is stored in its place. */
  hash: (text: string) => string;
  /** The same under each key, the current one first: what may be stored. */
  hashes: (text: string) => readonly string[];
  /** AES-256-GCM (NIST SP 800-38D); `place` says what the text is of, and it opens as nothing else. */
  seal: (place: string, text: string) => string;
  /** @throws Error when the key is not known, or the text was changed or belongs elsewhere */
  open: (place: string, sealed: string) => string;
  /** A proof that a form came from us, for what `subject` names (a sign-in under way). */
  formToken: (subject: string) => string;
}>;

const entryPattern = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** HKDF-SHA-256 (RFC 5869): each use has a key of its own. */
const derive = (secret: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `commerce-supergraph identity ${use} v1`, 32));

/**
 * Reads `keyid:base64 of 32 bytes,…`; line ends and blanks may stand for commas.
 *
 * @throws Error naming the entry by its place, never by its content
 */
export const readSecrets = (text: string): Secrets => {
  const keys = new Map<string, Keys>();
  for (const [index, entry] of text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .entries()) {
    const [, id, secret] = entryPattern.exec(entry) ?? [];
    if (id === undefined || secret === undefined)
      throw new Error(`key ${index + 1} is not of the form keyid:base64 of 32 bytes`);
    if (keys.has(id)) throw new Error(`the key id ${id} appears twice`);
    const bytes = Buffer.from(secret, 'base64');
    keys.set(id, {
      cookie: derive(bytes, 'cookie').toString('base64url'),
      hash: derive(bytes, 'hash'),
      seal: derive(bytes, 'seal'),
      form: derive(bytes, 'form'),
    });
  }
  const [current] = keys;
  if (current === undefined) throw new Error('must hold at least one key');
  const [currentId, currentKeys] = current;

  const hashWith = (key: Buffer, value: string): string => createHmac('sha512', key).update(value).digest('base64url');

  return {
    cookieKeys: [...keys.values()].map(({ cookie }) => cookie),
    hash: (value) => hashWith(currentKeys.hash, value),
    hashes: (value) => [...keys.values()].map(({ hash }) => hashWith(hash, value)),
    seal: (place, value) => seal(currentId, currentKeys.seal, place, value),
    open: (place, sealed) => {
      const id = sealed.split('.')[1] ?? '';
      const key = keys.get(id);
      if (key === undefined) throw new Error(`${place} is sealed with the key ${id}, which is not known.`);
      return open(id, key.seal, place, sealed);
    },
    formToken: (subject) => hashWith(currentKeys.form, subject).slice(0, 43),
  };
};

const version = 'v1';
const tagBytes = 16;

const boundTo = (keyId: string, place: string): Buffer => Buffer.from(JSON.stringify([version, keyId, place]));

const seal = (keyId: string, key: Buffer, place: string, text: string): string => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(keyId, place));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const parts = [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'));
  return [version, keyId, ...parts].join('.');
};

const open = (keyId: string, key: Buffer, place: string, sealed: string): string => {
  const [format, , iv, tag, ciphertext, ...rest] = sealed.split('.');
  if (format !== version || !iv || !tag || ciphertext === undefined || rest.length > 0)
    throw new Error(`${place} is not a sealed value.`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes });
    decipher.setAAD(boundTo(keyId, place));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(ciphertext, 'base64url'), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Error(`${place} cannot be opened: it was changed, moved, or sealed with another key.`, { cause });
  }
};

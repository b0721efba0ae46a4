import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './keyRing.ts';

/** Where a sealed value lies. It opens in no other place, so that values cannot be swapped between rows or columns. */
export type Place = Readonly<{ table: string; column: string; row: string }>;

/** Encrypts and decrypts personal data with AES-256-GCM (NIST SP 800-38D). */
export type Sealer = Readonly<{
  /** Encrypts with the current key: `v1.<key id>.<iv>.<tag>.<ciphertext>`, each part base64url. */
  seal: (place: Place, text: string) => string;
  /** Decrypts with the key that the value names. @throws Error when the key is not known or the value does not belong here. */
  open: (place: Place, sealed: string) => string;
}>;

const algorithm = 'aes-256-gcm';
const version = 'v1';
/** 96 bits, the length that GCM is made for; random ones are safe for 2^32 values under one key (section 8.3). */
const ivBytes = 12;
const tagBytes = 16;

const boundTo = ({ table, column, row }: Place, keyId: string): Buffer =>
  Buffer.from(JSON.stringify([version, keyId, table, column, row]));

/** The id of the key that a value was sealed with. */
export const keyIdOf = (sealed: string): string | undefined => sealed.split('.')[1];

export const createSealer = ({ current, keys }: KeyRing): Sealer => ({
  seal: (place, text) => {
    const key = keys.get(current);
    if (key === undefined) throw new Error('The key ring does not hold its current key.');
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key.seal, iv, { authTagLength: tagBytes });
    cipher.setAAD(boundTo(place, current));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [version, current, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))].join(
      '.',
    );
  },

  open: (place, sealed) => {
    const where = `${place.table}.${place.column} of ${place.row}`;
    const [format, keyId, iv, tag, ciphertext, ...rest] = sealed.split('.');
    if (format !== version || !keyId || !iv || !tag || ciphertext === undefined || rest.length > 0)
      throw new Error(`${where} is not a sealed value.`);
    const key = keys.get(keyId);
    if (key === undefined) throw new Error(`${where} is sealed with the key ${keyId}, which PII_KEYS does not hold.`);
    try {
      const decipher = createDecipheriv(algorithm, key.seal, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes });
      decipher.setAAD(boundTo(place, keyId));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(ciphertext, 'base64url'), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new Error(`${where} cannot be opened: it was changed, moved, or sealed with another key.`, {
        cause: error,
      });
    }
  },
});

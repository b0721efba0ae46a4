import { createHmac } from 'node:crypto';
import type { KeyRing } from './keyRing.ts';

/** Finds an e-mail address without decrypting: a keyed hash, of use only to those who hold the key. */
export type EmailIndex = Readonly<{
  /** What a row is stored under: `<key id>.<HMAC-SHA-256>` with the current key. */
  current: (email: string) => string;
  /** What a row may be stored under while keys rotate: one value for each known key. */
  all: (email: string) => readonly string[];
  /**
   * A signed 64-bit number for an advisory lock on this address. It comes from the key with the smallest id, which
   * is the same one in every process during a rotation, whichever key each of them takes for current.
   */
  lock: (email: string) => string;
}>;

/**
 * Two spellings of one mailbox are one account. Providers could tell `A@` from `a@` (RFC 5321, section 2.4), but none
 * that matters does, and an attacker would register the other spelling.
 */
export const normaliseEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase();

export const createEmailIndex = ({ current, keys }: KeyRing): EmailIndex => {
  const hash = (keyId: string, email: string): Buffer => {
    const key = keys.get(keyId);
    if (key === undefined) throw new Error(`The key ring does not hold the key ${keyId}.`);
    return createHmac('sha256', key.index).update(normaliseEmail(email)).digest();
  };
  const entry = (keyId: string, email: string): string => `${keyId}.${hash(keyId, email).toString('base64url')}`;
  const smallest = [...keys.keys()].reduce((least, id) => (id < least ? id : least));
  return {
    current: (email) => entry(current, email),
    all: (email) => [...keys.keys()].map((keyId) => entry(keyId, email)),
    lock: (email) => hash(smallest, email).readBigInt64BE(0).toString(),
  };
};

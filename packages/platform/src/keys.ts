import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export type LocalKeys = Readonly<{
  /** Ed25519, PEM: the gateway signs viewers with the private one, subgraphs verify with the public one. */
  viewerPrivateKey: string;
  viewerPublicKey: string;
  /** RS256, PEM: signs access tokens where tests do without an identity service. */
  tokenPrivateKey: string;
  /** JSON Web Key Set with the public half (RFC 7517). */
  tokenJwks: string;
  tokenKeyId: string;
  /** `keyid:base64` of 32 bytes, the first one is current: encrypts personal data in `users`. */
  piiKeys: string;
  /** Base64 of 32 bytes: authenticates subscription cursors. */
  cursorKey: string;
  /** Ed25519, PEM: identity signs its requests to `users` with the private one, which verifies with the public one. */
  identityPrivateKey: string;
  identityPublicKey: string;
  /** `keyid:base64` of 32 bytes, the first one is current: what identity keeps secret by. */
  identitySecrets: string;
}>;

/** New keys, as an installation of its own needs them. */
export const generateLocalKeys = (): LocalKeys => {
  const viewer = generateKeyPairSync('ed25519');
  const identity = generateKeyPairSync('ed25519');
  const token = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = token.publicKey.export({ format: 'jwk' });
  const tokenKeyId = createHash('sha256').update(String(jwk['n'])).digest('base64url').slice(0, 16);
  return {
    viewerPrivateKey: pemOf(viewer.privateKey, 'pkcs8'),
    viewerPublicKey: pemOf(viewer.publicKey, 'spki'),
    tokenPrivateKey: pemOf(token.privateKey, 'pkcs8'),
    tokenJwks: JSON.stringify({ keys: [{ ...jwk, kid: tokenKeyId, alg: 'RS256', use: 'sig' }] }, null, 2),
    tokenKeyId,
    piiKeys: `local1:${randomBytes(32).toString('base64')}`,
    cursorKey: randomBytes(32).toString('base64'),
    identityPrivateKey: pemOf(identity.privateKey, 'pkcs8'),
    identityPublicKey: pemOf(identity.publicKey, 'spki'),
    identitySecrets: `local1:${randomBytes(32).toString('base64')}`,
  };
};

const pemOf = (key: KeyObject, type: 'pkcs8' | 'spki'): string => key.export({ type, format: 'pem' }).toString();

const fileNames = {
  viewerPrivateKey: 'viewer-private.pem',
  viewerPublicKey: 'viewer-public.pem',
  tokenPrivateKey: 'token-private.pem',
  tokenJwks: 'jwks.json',
  piiKeys: 'pii.keys',
  cursorKey: 'cursor.key',
  identityPrivateKey: 'identity-private.pem',
  identityPublicKey: 'identity-public.pem',
  identitySecrets: 'identity.keys',
} as const;

/** Keys that are made together: the two halves of a pair are of no use apart. One that is there is never replaced by a newcomer. */
const keyGroups: readonly (readonly (keyof typeof fileNames)[])[] = [
  ['viewerPrivateKey', 'viewerPublicKey'],
  ['tokenPrivateKey', 'tokenJwks'],
  ['identityPrivateKey', 'identityPublicKey'],
  ['piiKeys'],
  ['cursorKey'],
  ['identitySecrets'],
];

const keySet = z.object({ keys: z.tuple([z.object({ kid: z.string() })]) });

/** The keys of this checkout: read from `dir`, or made there the first time (files that only their owner can read). */
export const localKeys = (dir: string): LocalKeys => {
  const path = (name: keyof typeof fileNames): string => join(dir, fileNames[name]);
  const missing = keyGroups.filter((names) => !names.every((name) => existsSync(path(name))));
  if (missing.length > 0) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const fresh = generateLocalKeys();
    for (const name of missing.flat()) writeFileSync(path(name), `${fresh[name].trim()}\n`, { mode: 0o600 });
  }
  const read = (name: keyof typeof fileNames): string => readFileSync(path(name), 'utf8').trim();
  const tokenJwks = read('tokenJwks');
  return {
    viewerPrivateKey: read('viewerPrivateKey'),
    viewerPublicKey: read('viewerPublicKey'),
    tokenPrivateKey: read('tokenPrivateKey'),
    tokenJwks,
    tokenKeyId: keySet.parse(JSON.parse(tokenJwks)).keys[0].kid,
    piiKeys: read('piiKeys'),
    cursorKey: read('cursorKey'),
    identityPrivateKey: read('identityPrivateKey'),
    identityPublicKey: read('identityPublicKey'),
    identitySecrets: read('identitySecrets'),
  };
};

/** What the services are told about the keys in `dir`: the gateway alone signs, `users` alone holds personal data. */
export const keyEnvironment = (
  dir: string,
): Readonly<Record<'gateway' | 'subgraph' | 'users' | 'identity', Record<string, string>>> => ({
  gateway: { VIEWER_PRIVATE_KEY: `file:${join(dir, fileNames.viewerPrivateKey)}` },
  identity: {
    IDENTITY_PRIVATE_KEY: `file:${join(dir, fileNames.identityPrivateKey)}`,
    IDENTITY_SECRETS: `file:${join(dir, fileNames.identitySecrets)}`,
  },
  subgraph: { VIEWER_PUBLIC_KEY: `file:${join(dir, fileNames.viewerPublicKey)}` },
  users: {
    PII_KEYS: `file:${join(dir, fileNames.piiKeys)}`,
    IDENTITY_PUBLIC_KEY: `file:${join(dir, fileNames.identityPublicKey)}`,
  },
});

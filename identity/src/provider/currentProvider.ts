import type Provider from 'oidc-provider';
import type { SigningKey, SigningKeys } from '../keys/signingKeys.ts';

export type CurrentProvider = Readonly<{
  get: () => Provider;
  /** Looks at the keys now. */
  refresh: () => Promise<void>;
  stop: () => void;
}>;

export type CurrentProviderOptions = Readonly<{
  keys: Pick<SigningKeys, 'load'>;
  create: (keys: readonly SigningKey[]) => Provider;
  log: Readonly<{ info: (details: object, message: string) => void; warn: (details: object, message: string) => void }>;
  everyMs?: number;
}>;

/**
 * The provider with the keys of this moment. oidc-provider takes its keys once; since it keeps nothing in memory, a new
 * one takes over between two requests when a key comes, goes, or begins to sign. Replicas look often enough for a
 * successor to be published everywhere long before it signs.
 */
export const createCurrentProvider = async ({
  keys,
  create,
  log,
  everyMs = 2_000,
}: CurrentProviderOptions): Promise<CurrentProvider> => {
  const names = (some: readonly SigningKey[]): string => some.map(({ kid }) => kid).join(' ');
  let loaded = await keys.load();
  let current = create(loaded);

  const refresh = async (): Promise<void> => {
    const found = await keys.load();
    if (names(found) === names(loaded)) return;
    loaded = found;
    current = create(found);
    log.info({ signs: found[0]?.kid, published: names(found) }, 'the signing keys have changed');
  };
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ err: error }, 'the signing keys cannot be read right now'));
  }, everyMs);

  return { get: () => current, refresh, stop: () => clearInterval(timer) };
};

import { generateLocalKeys, type LocalKeys } from '@supergraph/platform';

export type TestKeys = LocalKeys;

let made: TestKeys | undefined;

/** Keys for this test file: made at the first call, the same afterwards. */
export const testKeys = (): TestKeys => (made ??= generateLocalKeys());

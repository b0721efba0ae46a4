import { addressLines, type AccountPii } from './pii/accountPii.ts';
import type { AddressFields } from './profileInput.ts';

/** The sealed columns of an address, in the order of {@link addressLines}. */
export const sealLines = (
  pii: AccountPii,
  key: Readonly<{ id: string; userId: string }>,
  fields: AddressFields,
): readonly (string | null)[] =>
  addressLines.map((line) => {
    const text = fields[line];
    return text === null ? null : pii.sealAddress(line, key, text);
  });

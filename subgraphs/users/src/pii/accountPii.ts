import type { Account, AccountAddress } from '../account.ts';
import { createEmailIndex, type EmailIndex } from './emailIndex.ts';
import type { KeyRing } from './keyRing.ts';
import { createSealer, type Place } from './seal.ts';

/** The columns of `addresses` that are sealed, without their suffix. */
export const addressLines = ['recipient', 'line1', 'line2', 'city', 'region', 'postalCode'] as const;
export type AddressLine = (typeof addressLines)[number];

type UserColumn = 'email' | 'phone';
/** An address names its owner too: a row that somebody moves to another account no longer opens. */
type AddressKey = Pick<AccountAddress, 'id' | 'userId'>;

const userPlace = (column: UserColumn, id: string): Place => ({ table: 'users', column, row: id });
const addressPlace = (column: AddressLine, { id, userId }: AddressKey): Place => ({
  table: 'addresses',
  column,
  row: `${userId}/${id}`,
});

/** The personal data of accounts: what is sealed, where, and how an account is found by its e-mail address. */
export type AccountPii = Readonly<{
  currentKeyId: string;
  emailIndex: EmailIndex;
  sealUser: (column: UserColumn, id: string, text: string) => string;
  emailOf: (account: Account) => string;
  phoneOf: (account: Account) => string | null;
  sealAddress: (column: AddressLine, key: AddressKey, text: string) => string;
  lineOf: {
    (address: AccountAddress, column: 'recipient' | 'line1' | 'city'): string;
    (address: AccountAddress, column: AddressLine): string | null;
  };
}>;

const sealedLine = (address: AccountAddress, column: AddressLine): string | null => address[`${column}Sealed`];

export const createAccountPii = (ring: KeyRing): AccountPii => {
  const { seal, open } = createSealer(ring);

  function lineOf(address: AccountAddress, column: 'recipient' | 'line1' | 'city'): string;
  function lineOf(address: AccountAddress, column: AddressLine): string | null;
  function lineOf(address: AccountAddress, column: AddressLine): string | null {
    const sealed = sealedLine(address, column);
    return sealed === null ? null : open(addressPlace(column, address), sealed);
  }

  return {
    currentKeyId: ring.current,
    emailIndex: createEmailIndex(ring),
    sealUser: (column, id, text) => seal(userPlace(column, id), text),
    emailOf: ({ id, emailSealed }) => open(userPlace('email', id), emailSealed),
    phoneOf: ({ id, phoneSealed }) => (phoneSealed === null ? null : open(userPlace('phone', id), phoneSealed)),
    sealAddress: (column, key, text) => seal(addressPlace(column, key), text),
    lineOf,
  };
};

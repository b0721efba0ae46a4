import { randomUUID } from 'node:crypto';
import type { Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { AddressField, UserEvent } from '@supergraph/events';
import type { Cause } from '@supergraph/eventsourcing';
import type { Tx } from '@supergraph/postgres';
import type { Account, AccountAddress } from './account.ts';
import { addressColumns, findAddressesOf, findAddressOwner, lockAccount } from './accountRows.ts';
import type { Deps } from './deps.ts';
import { addressLines } from './pii/accountPii.ts';
import { addressInput, readInput, type AddressFields } from './profileInput.ts';
import { recordChange } from './recordChange.ts';
import { forbidden, mayChange, mayChangeSome } from './rights.ts';
import { sealLines } from './sealLines.ts';

/** Enough for a family of shops; a bound, so that a list of addresses needs no pages. */
export const mostAddresses = 20;

/** An account after a change of its addresses, and the address that changed. */
export type AddressChange = Readonly<{ user: Account; address: AccountAddress }>;

const unknownAddress = () => new DomainError('ADDRESS_NOT_FOUND', 'There is no such address.');

/**
 * Adds an address; the first one becomes the default.
 *
 * @throws DomainError FORBIDDEN, USER_NOT_FOUND, ADDRESS_LIMIT_REACHED, BAD_USER_INPUT
 */
export const addAddress = async (
  { db, pii, now }: Deps,
  { userId, address, isDefault }: Readonly<{ userId: string; address: unknown; isDefault: boolean }>,
  viewer: Principal,
  cause: Cause,
): Promise<AddressChange> => {
  if (!mayChangeSome(viewer, userId)) throw forbidden();
  const fields = readInput(addressInput, address, 'address');
  const at = now().toISOString();
  return db.transaction(async (tx) => {
    const account = await lockAccount(tx, userId);
    if (!mayChange(viewer, account)) throw forbidden();
    const others = await findAddressesOf(tx, [account.id]);
    if (others.length >= mostAddresses)
      throw new DomainError('ADDRESS_LIMIT_REACHED', `An account has at most ${mostAddresses} addresses.`, {
        limit: mostAddresses,
      });
    const becomesDefault = isDefault || others.length === 0;
    if (becomesDefault) await withdrawDefault(tx, account.id);
    const id = randomUUID();
    const lines = sealLines(pii, { id, userId: account.id }, fields);
    const added = await tx.query<AccountAddress>(
      `INSERT INTO addresses (id, user_id, recipient_sealed, line1_sealed, line2_sealed, city_sealed, region_sealed,
                              postal_code_sealed, country_code, is_default, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${addressColumns}`,
      [id, account.id, ...lines, fields.countryCode, becomesDefault, at],
    );
    const data = { userId: account.id, addressId: id, isDefault: becomesDefault, at };
    const user = await recordChange(tx, account, {}, { type: 'UserAddressAdded', data }, cause);
    return { user, address: only(added) };
  });
};

/**
 * Replaces an address, makes it the default, or both. A change that changes nothing writes nothing.
 *
 * @throws DomainError ADDRESS_NOT_FOUND, BAD_USER_INPUT
 */
export const updateAddress = async (
  { db, pii, now }: Deps,
  change: Readonly<{ addressId: string; address?: unknown; isDefault?: boolean | undefined }>,
  viewer: Principal,
  cause: Cause,
): Promise<AddressChange> => {
  const fields = change.address == null ? null : readInput(addressInput, change.address, 'address');
  const at = now().toISOString();
  return db.transaction(async (tx) => {
    const { account, address } = await lockAddress(tx, change.addressId, viewer);
    if (change.isDefault === false && address.isDefault)
      throw new DomainError('BAD_USER_INPUT', 'Make another address the default instead.', { field: 'isDefault' });
    const becomesDefault = change.isDefault === true && !address.isDefault;
    const changed: AddressField[] = [];
    if (fields !== null) {
      changed.push(...addressLines.filter((line) => fields[line] !== pii.lineOf(address, line)));
      if (fields.countryCode !== address.countryCode) changed.push('countryCode');
    }
    if (becomesDefault) changed.push('isDefault');
    if (changed.length === 0) return { user: account, address };
    if (becomesDefault) await withdrawDefault(tx, account.id);
    const after = fields ?? openLines(pii, address);
    const updated = await tx.query<AccountAddress>(
      `UPDATE addresses SET recipient_sealed = $2, line1_sealed = $3, line2_sealed = $4, city_sealed = $5,
              region_sealed = $6, postal_code_sealed = $7, country_code = $8, is_default = $9
        WHERE id = $1 RETURNING ${addressColumns}`,
      [address.id, ...sealLines(pii, address, after), after.countryCode, address.isDefault || becomesDefault],
    );
    const data = { userId: account.id, addressId: address.id, changed, at };
    const user = await recordChange(tx, account, {}, { type: 'UserAddressUpdated', data }, cause);
    return { user, address: only(updated) };
  });
};

/**
 * Removes an address; when it was the default, the oldest one left takes its place.
 *
 * @throws DomainError ADDRESS_NOT_FOUND
 */
export const removeAddress = async (
  { db, now }: Deps,
  { addressId }: Readonly<{ addressId: string }>,
  viewer: Principal,
  cause: Cause,
): Promise<Readonly<{ user: Account; removedAddressId: string }>> => {
  const at = now().toISOString();
  return db.transaction(async (tx) => {
    const { account, address } = await lockAddress(tx, addressId, viewer);
    await tx.query('DELETE FROM addresses WHERE id = $1', [address.id]);
    if (address.isDefault)
      await tx.query(
        `UPDATE addresses SET is_default = true
          WHERE id = (SELECT id FROM addresses WHERE user_id = $1 ORDER BY created_at, id LIMIT 1)`,
        [account.id],
      );
    const event: UserEvent = { type: 'UserAddressRemoved', data: { userId: account.id, addressId: address.id, at } };
    const user = await recordChange(tx, account, {}, event, cause);
    return { user, removedAddressId: address.id };
  });
};

/** An address and its account, locked. To somebody without the right it is as if there were none. */
const lockAddress = async (
  tx: Tx,
  addressId: string,
  viewer: Principal,
): Promise<Readonly<{ account: Account; address: AccountAddress }>> => {
  const owner = await findAddressOwner(tx, addressId);
  if (owner === null || !mayChangeSome(viewer, owner)) throw unknownAddress();
  const account = await lockAccount(tx, owner);
  if (!mayChange(viewer, account)) throw unknownAddress();
  // Read again under the lock: it may have gone in between.
  const address = (await findAddressesOf(tx, [owner])).find(({ id }) => id === addressId.toLowerCase());
  if (address === undefined) throw unknownAddress();
  return { account, address };
};

/** The unique index allows one default at any moment, so the old one goes first. */
const withdrawDefault = (tx: Tx, userId: string) =>
  tx.query('UPDATE addresses SET is_default = false WHERE user_id = $1 AND is_default', [userId]);

const openLines = (pii: Deps['pii'], address: AccountAddress): AddressFields => ({
  recipient: pii.lineOf(address, 'recipient'),
  line1: pii.lineOf(address, 'line1'),
  line2: pii.lineOf(address, 'line2'),
  city: pii.lineOf(address, 'city'),
  region: pii.lineOf(address, 'region'),
  postalCode: pii.lineOf(address, 'postalCode'),
  countryCode: address.countryCode,
});

const only = <Row>([row]: readonly Row[]): Row => {
  if (row === undefined) throw new Error('A written address was not returned.');
  return row;
};

import { z } from 'zod';
import type { EventOf } from './contract.ts';

/** RFC 3339 in UTC, as every time in an event. */
const at = z.iso.datetime();
const role = z.enum(['customer', 'employee', 'manager', 'admin', 'super_admin']);

/** The fields of a profile that can change. */
export const profileFieldSchema = z.enum(['name', 'email', 'phone']);
export type ProfileField = z.infer<typeof profileFieldSchema>;

/** The fields of an address that can change. */
export const addressFieldSchema = z.enum([
  'recipient',
  'line1',
  'line2',
  'city',
  'region',
  'postalCode',
  'countryCode',
  'isDefault',
]);
export type AddressField = z.infer<typeof addressFieldSchema>;

/** What the users subgraph writes: accounts, and what is changed in them. */
export const accountEventSchemas = {
  UserRegistered: z.object({ userId: z.string(), roles: z.array(role), at }),
  UserProfileUpdated: z.object({ userId: z.string(), changed: z.array(profileFieldSchema), at }),
  UserAddressAdded: z.object({ userId: z.string(), addressId: z.string(), isDefault: z.boolean(), at }),
  UserAddressUpdated: z.object({
    userId: z.string(),
    addressId: z.string(),
    changed: z.array(addressFieldSchema),
    at,
  }),
  UserAddressRemoved: z.object({ userId: z.string(), addressId: z.string(), at }),
  /** `roles` are all that the user has from now on. Who assigned them is in the metadata. */
  UserRolesAssigned: z.object({ userId: z.string(), roles: z.array(role), previousRoles: z.array(role), at }),
} as const;

/** What identity writes: its audit log. */
export const identityEventSchemas = {
  /** `amr`: how (RFC 8176). `clientId`: at which program. */
  UserSignedIn: z.object({ userId: z.string(), clientId: z.string(), amr: z.array(z.string()), at }),
  /** Only for accounts that exist: what was typed as an address is personal data, or worse. */
  UserSignInFailed: z.object({
    userId: z.string(),
    clientId: z.string(),
    reason: z.enum(['password', 'second_factor']),
    at,
  }),
  UserFactorAdded: z.object({ userId: z.string(), kind: z.enum(['totp', 'passkey', 'sms']), at }),
  UserFactorRemoved: z.object({ userId: z.string(), kind: z.enum(['totp', 'passkey', 'sms']), at }),
  UserBackupCodesReplaced: z.object({ userId: z.string(), at }),
  /** The person has taken from a program what it was allowed. */
  UserAccessWithdrawn: z.object({ userId: z.string(), clientId: z.string(), at }),
  ClientRegistered: z.object({ clientId: z.string(), at }),
  ClientSecretRotated: z.object({ clientId: z.string(), at }),
  ClientDisabled: z.object({ clientId: z.string(), at }),
  ClientEnabled: z.object({ clientId: z.string(), at }),
} as const;

/** Everything that identity writes down. */
export type IdentityEvent = EventOf<typeof identityEventSchemas>;

/**
 * The contract of topic `user-events`: what each type of event carries. The message key is the id of the
 * user, or of the program. Events cannot be taken back, so none holds personal data: only ids, roles and the names of what changed. A
 * reader that needs the values asks the graph for them (docs/adr/0016).
 */
export const userEventSchemas = { ...accountEventSchemas, ...identityEventSchemas } as const;

export type UserEventType = keyof typeof userEventSchemas;

/** Everything that can happen to a user's account. */
export type UserEvent = EventOf<typeof userEventSchemas>;

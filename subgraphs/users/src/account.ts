import type { Role } from '@supergraph/auth';

/** An account as it lies in its row: personal data sealed, opened only where a field asks for it. */
export type Account = {
  id: string;
  version: number;
  /** The public display name. */
  name: string;
  emailSealed: string;
  phoneSealed: string | null;
  roles: readonly Role[];
  /** RFC 3339, UTC. */
  createdAt: string;
  updatedAt: string;
};

/** An address as it lies in its row. */
export type AccountAddress = {
  id: string;
  userId: string;
  recipientSealed: string;
  line1Sealed: string;
  line2Sealed: string | null;
  citySealed: string;
  regionSealed: string | null;
  postalCodeSealed: string | null;
  countryCode: string;
  isDefault: boolean;
};

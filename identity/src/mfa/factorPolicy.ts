import type { Role } from '@supergraph/auth';

/** What a sign-in with the right password needs yet. */
export type FactorDemand =
  /** Nothing: the sign-in is done. */
  | 'none'
  /** The second factor of the account. */
  | 'prove'
  /** There is none yet, and one must be set up now. */
  | 'enrol'
  /** There is none yet; it is offered, and demanded when the grace is over. */
  | 'offer';

export type FactorFacts = Readonly<{
  roles: readonly Role[];
  hasFactor: boolean;
  /** The program asks for two factors, because the API does: high-value transactions, sensitive data. */
  demanded: boolean;
  accountCreatedAt: Date;
  /** Since when this account has had to have a factor, by its roles. */
  dutySince: Date;
  now: Date;
}>;

const day = 86_400_000;

/** The architecture's grace: 30 days for new users, 7 for those who were here before they had to. */
const grace = { newUsers: 30 * day, existingUsers: 7 * day } as const;

const mandatory: readonly Role[] = ['admin', 'super_admin'];

/** Whether the roles of an account make a second factor a duty. */
export const isDuty = (roles: readonly Role[]): boolean => roles.some((role) => mandatory.includes(role));

/** When the grace of an account ends. */
export const graceEnds = ({ accountCreatedAt, dutySince }: Pick<FactorFacts, 'accountCreatedAt' | 'dutySince'>): Date =>
  new Date(Math.max(accountCreatedAt.getTime() + grace.newUsers, dutySince.getTime() + grace.existingUsers));

/** Who has a factor always proves it: it would protect nothing if the password alone were enough somewhere. */
export const factorDemand = (facts: FactorFacts): FactorDemand => {
  if (facts.hasFactor) return 'prove';
  if (facts.demanded) return 'enrol';
  if (!isDuty(facts.roles)) return 'none';
  return facts.now < graceEnds(facts) ? 'offer' : 'enrol';
};

import { demoAccounts } from '@supergraph/events';

/** The password of a demo account (subgraphs/users makes them); '' for every other address. */
export const demoPasswordOf = (email: string): string => {
  const account = demoAccounts.find((candidate) => candidate.email === email.toLowerCase());
  return account === undefined ? '' : `demo-password-${account.name.toLowerCase()}`;
};

import type { Logger } from '@supergraph/service-kit';
import type { AuthorizationConfig } from './authorizationConfig.ts';
import type { Rules } from './rules.ts';

/** Says once which policies of a supergraph the configuration does not have: what they guard is closed to everybody. */
export const reportUnknownPolicies = (rules: Rules | null, { policies }: AuthorizationConfig, log: Logger): void => {
  const unknown = rules?.policies.filter((name) => name !== 'mfa' && !Object.hasOwn(policies, name)) ?? [];
  if (unknown.length > 0) {
    log.warn({ policies: unknown }, 'policies that are not in the configuration: what they guard is closed');
  }
};

import { can, type Principal } from '@supergraph/auth';
import type { AuthorizationConfig } from './authorizationConfig.ts';
import type { Demand } from './rules.ts';

/** What is said to a demand, the best first. Of a refusal it is told what would help. */
export const verdicts = ['granted', 'reauthenticate', 'secondFactor', 'unauthenticated', 'forbidden'] as const;

export type Verdict = (typeof verdicts)[number];

export type Decide = (demand: Demand, principal: Principal) => Verdict;

/**
 * Decides about demands, by nothing but the principal and the clock.
 *
 * @param now milliseconds since 1970
 */
export const createDecide =
  ({ policies, mfa }: AuthorizationConfig, now: () => number): Decide =>
  (demand, principal) => {
    if (principal.kind === 'anonymous') return 'unauthenticated';
    switch (demand.kind) {
      case 'authenticated':
        return 'granted';
      case 'scopes':
        return anyOf(demand.anyOf, (scope) => (hasScope(principal, scope) ? 'granted' : 'forbidden'));
      case 'policies':
        return anyOf(demand.anyOf, (name) => {
          const needed = Object.hasOwn(policies, name) ? policies[name] : undefined;
          if (needed === undefined) return name === 'mfa' ? secondFactor(principal, mfa, now()) : 'forbidden';
          if ('permission' in needed) return can(principal, needed.permission) ? 'granted' : 'forbidden';
          if ('scope' in needed) return hasScope(principal, needed.scope) ? 'granted' : 'forbidden';
          return principal.kind === 'user' && principal.roles.includes(needed.role) ? 'granted' : 'forbidden';
        });
    }
  };

/** The best of the alternatives, each as good as its worst part. Without an alternative nobody gets through. */
const anyOf = (alternatives: readonly (readonly string[])[], decide: (name: string) => Verdict): Verdict => {
  let best: Verdict = 'forbidden';
  for (const names of alternatives) {
    let worst: Verdict = 'granted';
    for (const name of names) {
      const verdict = decide(name);
      if (verdicts.indexOf(verdict) > verdicts.indexOf(worst)) worst = verdict;
    }
    if (verdicts.indexOf(worst) < verdicts.indexOf(best)) best = worst;
  }
  return best;
};

/**
 * A token has the scopes it names, with our wildcards. One of a person that names none is a first-party token: it has
 * what the person's roles permit, and so have our own services.
 */
const hasScope = (principal: Principal, scope: string): boolean => {
  if (principal.kind === 'anonymous') return false;
  if (principal.kind === 'service' || (principal.kind === 'user' && principal.scopes === null)) {
    return isPermission(scope) && can(principal, scope);
  }
  return principal.scopes?.includes(scope) === true || (isPermission(scope) && can(asClient(principal), scope));
};

/** Scopes alone, without roles. */
const asClient = (principal: Exclude<Principal, { kind: 'anonymous' | 'service' }>): Principal => ({
  kind: 'client',
  id: principal.id,
  scopes: principal.scopes ?? [],
});

const isPermission = (scope: string): scope is `${string}:${string}` => scope.includes(':');

const secondFactor = (principal: Principal, mfa: AuthorizationConfig['mfa'], now: number): Verdict => {
  // A program has no second factor to show, and no person who could.
  if (principal.kind !== 'user') return 'forbidden';
  const { acr, amr = [], authTime } = principal;
  const shown = (acr !== undefined && mfa.acr.includes(acr)) || amr.some((method) => mfa.amr.includes(method));
  if (!shown) return 'secondFactor';
  return authTime !== undefined && now / 1000 - authTime <= mfa.maxAgeSeconds ? 'granted' : 'reauthenticate';
};

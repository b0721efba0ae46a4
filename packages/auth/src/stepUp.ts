import { DomainError } from '@supergraph/errors';
import type { Principal } from './principal.ts';
import { acr } from './revocations.ts';

export type StepUpOptions = Readonly<{
  /** How long ago the sign-in with two factors may be, in seconds. */
  maxAgeSeconds: number;
  /** Milliseconds since 1970. */
  now: number;
}>;

/**
 * Asks for a recent sign-in with two factors, for what is worth it. A person without one is told what to ask the
 * identity service for, in the words of RFC 9470; programs and services have no second factor and
 * are let through, their rights are another matter.
 *
 * @throws DomainError STEP_UP_REQUIRED with `acr_values` and `max_age`
 */
export const requireTwoFactors = (principal: Principal, { maxAgeSeconds, now }: StepUpOptions): void => {
  if (principal.kind !== 'user') return;
  const since = principal.authTime === undefined ? Infinity : now / 1000 - principal.authTime;
  const missing = [
    ...(principal.acr === acr.mfa ? [] : ['second_factor']),
    ...(since <= maxAgeSeconds ? [] : ['recent_sign_in']),
  ];
  if (missing.length === 0) return;
  throw new DomainError('STEP_UP_REQUIRED', 'This needs a recent sign-in with a second factor.', {
    missing,
    acr_values: acr.mfa,
    max_age: maxAgeSeconds,
  });
};

import { errorCodes, type ErrorCode } from '@supergraph/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { AuthorizationConfig } from './authorizationConfig.ts';
import type { Verdict } from './decide.ts';
import type { Demand } from './rules.ts';

/** The error for a field that somebody may not select, with what would open it. */
export const refusal = (
  demand: Demand | undefined,
  verdict: Verdict,
  path: readonly string[],
  { mfa }: AuthorizationConfig,
): GraphQLFormattedError => {
  const coded = (message: string, code: ErrorCode, details: Record<string, unknown>): GraphQLFormattedError => ({
    message,
    path,
    extensions: { code, category: errorCodes[code], ...details },
  });
  switch (verdict) {
    case 'unauthenticated':
      return coded('Sign in to read this field.', 'UNAUTHENTICATED', {});
    case 'secondFactor':
    case 'reauthenticate': {
      const missing = verdict === 'secondFactor' ? ['second_factor', 'recent_sign_in'] : ['recent_sign_in'];
      // The names of RFC 9470 (step-up authentication), which an authorization request takes as they are.
      const details = { missing, acr_values: mfa.acr.join(' '), max_age: mfa.maxAgeSeconds };
      return coded('Sign in again with a second factor for this field.', 'STEP_UP_REQUIRED', details);
    }
    case 'granted':
    case 'forbidden':
      return coded(
        'You may not read this field.',
        'FORBIDDEN',
        demand?.kind === 'scopes' ? { requiredScopes: demand.anyOf } : {},
      );
  }
};

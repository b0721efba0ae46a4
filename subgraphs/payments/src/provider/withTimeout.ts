import { DomainError } from '@supergraph/errors';
import type { PaymentProvider } from './provider.ts';

/**
 * A provider that is given up on after a while.
 *
 * @param milliseconds how long one call may take.
 * @returns the same provider, whose calls throw DomainError PROVIDER_UNAVAILABLE when they take longer or break off.
 */
export const withTimeout = (provider: PaymentProvider, milliseconds: number): PaymentProvider => {
  const within = async <Answer>(
    call: (signal: AbortSignal) => Promise<Answer>,
    given: AbortSignal,
  ): Promise<Answer> => {
    const timeout = AbortSignal.timeout(milliseconds);
    try {
      return await call(AbortSignal.any([given, timeout]));
    } catch (error) {
      if (error instanceof DomainError) throw error;
      const message = timeout.aborted ? 'The payment provider did not answer in time.' : 'The payment provider failed.';
      throw new DomainError('PROVIDER_UNAVAILABLE', message, {}, { cause: error });
    }
  };
  return {
    authorize: (call) => within((signal) => provider.authorize({ ...call, signal }), call.signal),
    capture: (call) => within((signal) => provider.capture({ ...call, signal }), call.signal),
    void: (call) => within((signal) => provider.void({ ...call, signal }), call.signal),
    refund: (call) => within((signal) => provider.refund({ ...call, signal }), call.signal),
  };
};

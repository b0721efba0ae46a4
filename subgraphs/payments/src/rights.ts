import { can, isSelf, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';

/** Whether a viewer sees a customer's payments: one's own, or anybody's with `payment:read`. */
export const maySee = (viewer: Principal, customerId: string | null): boolean =>
  isSelf(viewer, customerId) || can(viewer, 'payment:read');

/**
 * The right to capture and refund, asked before anything is read or done: the answer is the same for a payment that
 * does not exist, and for the customer who paid.
 *
 * @throws DomainError UNAUTHENTICATED, FORBIDDEN
 */
export function mustWrite(viewer: Principal): void {
  if (viewer.kind === 'anonymous') throw new DomainError('UNAUTHENTICATED', 'Sign in first.');
  if (!can(viewer, 'payment:write')) throw new DomainError('FORBIDDEN', 'You may not do this.');
}

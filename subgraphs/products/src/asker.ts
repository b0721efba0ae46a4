import { can, type Principal } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import type { Cause } from '@supergraph/eventsourcing';

/** Who asks for a change, and what the events will say about it. */
export type Asker = Readonly<{ viewer: Principal; cause: Cause }>;

/** Whether a viewer sees what is not on sale. */
export const seesInactive = (viewer: Principal): boolean => can(viewer, 'product:write');

/**
 * Every command calls it before any effect: a rule on the type it returns would come after it.
 *
 * @throws DomainError UNAUTHENTICATED, FORBIDDEN
 */
export const mayWriteProducts = (viewer: Principal): void => {
  if (viewer.kind === 'anonymous') throw new DomainError('UNAUTHENTICATED', 'Sign in first.');
  if (!can(viewer, 'product:write')) throw new DomainError('FORBIDDEN', 'You may not do this.');
};

import { isDomainError } from '@supergraph/errors';
import { OperationTypeNode } from 'graphql';
import type { RequestContext } from '../requestContext.ts';
import type { Steps } from '../steps.ts';
import type { Documents, ReadOperation } from './createDocuments.ts';

/** An operation as it comes; the text may be missing where an id or a hash in the extensions names it. */
export type AskedOperation = Readonly<{
  query: string | null;
  operationName: string | undefined;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown> | null;
}>;

/**
 * Finds the operation that is asked for, and charges for it if it is a subscription; queries and mutations are charged
 * where they are executed.
 *
 * @throws GraphQLError or DomainError for an operation that is none, or that may not be run, or not now
 */
export type Admit = (
  asked: AskedOperation,
  context: RequestContext,
) => Promise<Readonly<{ query: string; read: ReadOperation }>>;

export const createAdmit =
  ({
    documents,
    steps,
  }: Readonly<{ documents: Documents; steps: Pick<Steps, 'resolve' | 'chargeSubscription'> }>): Admit =>
  async (asked, context) => {
    const found = steps.resolve === null ? asked : await steps.resolve(asked, context);
    if (isDomainError(found)) throw found;
    const query = found.query ?? '';
    const read = documents.read(query, asked.operationName);
    if (read.operation.operation === OperationTypeNode.SUBSCRIPTION) {
      const refused = await steps.chargeSubscription?.(context);
      if (refused != null) throw refused;
    }
    return { query, read };
  };

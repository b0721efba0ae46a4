import type { DomainError } from '@supergraph/errors';
import type { Access } from './authorization/compileAccess.ts';
import type { Variables } from './engine/compile/compileVariables.ts';
import type { Answered, ClientRequest, GraphQLRequest } from './engine/graphqlRequest.ts';
import type { PromiseOrValue } from './engine/promiseOrValue.ts';
import type { PreparedOperation } from './engine/createOperations.ts';
import type { RequestContext } from './requestContext.ts';

/** An operation that is about to be executed. */
export type Ready = Readonly<{
  /** The request with its document: together with the principal all that an answer depends on. */
  request: GraphQLRequest;
  prepared: PreparedOperation;
  /** Coerced. */
  variables: Variables;
  /** See `compileCost`; `pointsOf` makes points of it. */
  cost: number;
  /**
   * What the principal may do of it; its `key` belongs into every key under which the answer is kept. Null when
   * everybody may do everything.
   */
  access: Access | null;
}>;

/**
 * The places in the path of a request that features of the edge take; null where there is nothing to do, which costs
 * nothing. They are called in this order, by `createHttpServer` the first and by `createAnswer` the others, so that
 * all but the first hold on a WebSocket too. A refusal is returned, not thrown: it is no failure of ours.
 *
 * What a step wants to say in response headers it writes into `context.responseHeaders`.
 */
export type Steps = Readonly<{
  /** Once the principal is known and before the body is read: for those who need not be listened to. */
  admit: ((context: RequestContext) => DomainError | null) | null;
  /** Finds the document: it came, or is known by its hash or id. */
  resolve: ((request: ClientRequest, context: RequestContext) => PromiseOrValue<GraphQLRequest | DomainError>) | null;
  /** Before a subscription is opened: what `charge` is for the others. */
  chargeSubscription: ((context: RequestContext) => PromiseOrValue<DomainError | null>) | null;
  /** Once the operation is found good and before anything is fetched. */
  charge: ((ready: Ready, context: RequestContext) => PromiseOrValue<DomainError | null>) | null;
  /** Answers instead of `execute`, or with its help. What is executed with null goes on when its client is gone. */
  respond:
    | ((
        ready: Ready,
        context: RequestContext,
        execute: (cancellation?: null) => Promise<Answered>,
      ) => PromiseOrValue<Answered>)
    | null;
  /** Afterwards, when an answer may have cost less than its estimate. Nobody waits for it. */
  settle: ((actualCost: number, context: RequestContext) => void) | null;
}>;

export const noSteps: Steps = {
  admit: null,
  resolve: null,
  chargeSubscription: null,
  charge: null,
  respond: null,
  settle: null,
};

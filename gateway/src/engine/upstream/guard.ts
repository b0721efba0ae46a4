import type { Logger } from '@supergraph/service-kit';
import type { UpstreamAnswered, UpstreamRequest, Wrapper } from './send.ts';

/** Not the subgraph's failure but ours; `cause` is what was thrown. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/**
 * Outermost: what is thrown while an answer is on its way back, or by a timer of a wrapper, fails this request. Nobody
 * else would catch it there, and it would end the process or leave the request without an answer.
 */
export const createGuard =
  (log: Logger): Wrapper =>
  (send) =>
  (request, answered) => {
    let over = false;
    const once: UpstreamAnswered = (error, text, response) => {
      if (over) return;
      over = true;
      answered(error, text, response);
    };
    const failed = (thrown: unknown) => once(new Fault('A request to a subgraph failed.', { cause: thrown }), '');
    request.failed = failed;
    const giveUp = send(request, once);
    return (reason) => {
      over = true;
      try {
        giveUp(reason);
      } catch (error) {
        log.error({ err: error, subgraph: request.subgraph }, 'a request to a subgraph could not be given up');
      }
    };
  };

/** What a socket or a timer calls: what it throws fails the request. */
export const guarded =
  (request: Pick<UpstreamRequest, 'failed'>, call: () => void): (() => void) =>
  () => {
    try {
      call();
    } catch (thrown) {
      if (request.failed === undefined) throw thrown;
      request.failed(thrown);
    }
  };

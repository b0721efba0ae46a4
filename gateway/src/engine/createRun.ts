import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { FormatError } from '../formatError.ts';
import type { RequestContext } from '../requestContext.ts';
import type { Ready } from '../steps.ts';
import type { Cancellation } from './execute/cancellation.ts';
import type { RequestSharing } from './execute/createRequestSharing.ts';
import type { Execute } from './execute/run.ts';
import { viewerKey } from './execute/viewerKey.ts';
import type { Answered } from './graphqlRequest.ts';

/**
 * Executes an operation that may be executed, or waits for somebody who executes the same. A mistake of ours is
 * answered with its id; the promise is only rejected when the client is gone.
 */
export type Run = (ready: Ready, context: RequestContext, cancellation: Cancellation | null) => Promise<Answered>;

export type RunOptions = Readonly<{
  execute: Execute;
  /** Null: every request is executed, whoever else asks the same at the moment. */
  sharing: RequestSharing<Answered> | null;
  /** Called when a mutation is over: what was read before its effect is not read by anybody any more. */
  forget: () => void;
  formatError: FormatError;
}>;

export const createRun = ({ execute, sharing, forget, formatError }: RunOptions): Run => {
  const execution = async (
    { prepared, variables, access }: Ready,
    context: RequestContext,
    cancellation: Cancellation | null,
  ): Promise<Answered> => {
    try {
      const compiled = prepared.compiled(variables, access);
      const operation = 'then' in compiled ? await compiled : compiled;
      const executed = await execute(operation, variables, context, cancellation);
      const { dataText, ascii, errors: failures, tags, freshUntil } = executed;
      const errors = access === null ? failures : [...access.errors, ...failures];
      // Bytes at once, and for all who share it: of a long text in pieces, encoding costs more than making it.
      if (errors.length === 0) {
        const whole = Buffer.from(`{"data":${dataText}}`, ascii ? 'latin1' : 'utf8');
        return { status: 200, body: whole, code: null, tags, freshUntil };
      }
      const body = `{"data":${dataText},"errors":${JSON.stringify(errors)}}`;
      return noted(context, { status: 200, body, code: codeOf(errors), tags });
    } catch (error) {
      if (cancellation?.cancelled) throw error;
      // Here and not by each who waits, so that the log has it once.
      const errors = [formatError({ message: 'The request failed.' }, error)];
      return noted(context, { status: 500, body: JSON.stringify({ errors }), code: codeOf(errors) });
    }
  };

  const mutation: Run = async (ready, context, cancellation) => {
    try {
      return await execution(ready, context, cancellation);
    } finally {
      forget();
    }
  };

  return (ready, context, cancellation) => {
    const { prepared, variables } = ready;
    if (prepared.operation.operation !== OperationTypeNode.QUERY) return mutation(ready, context, cancellation);
    if (sharing === null) return execution(ready, context, cancellation);
    const key = `${prepared.id}\n${JSON.stringify(variables)}\n${viewerKey(context)}`;
    const executed = sharing.join(key, cancellation, (ofAll) => execution(ready, context, ofAll));
    // Of those who share it only the first was executed.
    return executed.then((answered) => noted(context, answered));
  };
};

/** For the access log and the metrics. */
const noted = (context: RequestContext, answered: Answered): Answered => {
  if (answered.code !== null) context.observed.outcome = answered.code;
  return answered;
};

export const codeOf = (errors: readonly GraphQLFormattedError[]): string | null => {
  const code = errors[0]?.extensions?.['code'];
  // An error without a code is an error too.
  return errors.length === 0 ? null : String(code ?? 'INTERNAL_SERVER_ERROR');
};

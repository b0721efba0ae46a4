import { money, type Money } from '@supergraph/money';
import type { Db } from '@supergraph/postgres';

type Operation = 'authorize' | 'capture' | 'void' | 'refund';

/** One operation the sandbox carried out, or refused. */
export type LedgerEntry = Readonly<{
  operation: Operation;
  outcome: string;
  authorizationId: string | null;
  amount: Money | null;
}>;

/** What the sandbox decides about a call, and what of it counts later. */
type Decision<Answer> = Readonly<{ answer: Answer; authorizationId?: string | null; amount?: Money }>;

/** The sandbox provider's memory: table `provider_sandbox_ledger`. */
export const createSandboxLedger = (db: Db) => ({
  /**
   * Decides a call the first time its key is used and repeats the answer ever after; calls about one payment wait for
   * each other, so that of a capture and a void exactly one wins.
   *
   * @returns the answer, and how often the key was used.
   */
  once: async <Answer extends Readonly<{ outcome: string }>>(
    call: Readonly<{ idempotencyKey: string; operation: Operation; paymentId: string }>,
    decide: (entries: readonly LedgerEntry[]) => Decision<Answer>,
  ): Promise<Readonly<{ answer: Answer; calls: number }>> =>
    db.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('sandbox ' || $1, 0))`, [call.paymentId]);
      const [before] = await tx.query<{ answer: Answer; calls: number }>(
        'UPDATE provider_sandbox_ledger SET calls = calls + 1 WHERE idempotency_key = $1 RETURNING answer, calls',
        [call.idempotencyKey],
      );
      if (before !== undefined) return before;

      const rows = await tx.query<{
        operation: Operation;
        outcome: string;
        authorization_id: string | null;
        amount: number | null;
        currency: string | null;
      }>(
        `SELECT operation, answer ->> 'outcome' AS outcome, authorization_id, amount, currency
         FROM provider_sandbox_ledger WHERE payment_id = $1`,
        [call.paymentId],
      );
      const { answer, authorizationId, amount } = decide(
        rows.map((row) => ({
          operation: row.operation,
          outcome: row.outcome,
          authorizationId: row.authorization_id,
          amount: row.amount === null || row.currency === null ? null : money(row.amount, row.currency),
        })),
      );
      await tx.query(
        `INSERT INTO provider_sandbox_ledger
           (idempotency_key, operation, payment_id, authorization_id, amount, currency, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          call.idempotencyKey,
          call.operation,
          call.paymentId,
          authorizationId ?? null,
          amount?.amount ?? null,
          amount?.currency ?? null,
          JSON.stringify(answer),
        ],
      );
      return { answer, calls: 1 };
    }),
});

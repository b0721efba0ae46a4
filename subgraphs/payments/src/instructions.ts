import type { Query } from '@supergraph/postgres';

type From = Readonly<{ query: Query }>;

/** Keeps what the provider needs to charge a card until it has answered; events are kept for ever, so not there. */
export async function keepInstruction(tx: From, paymentId: string, paymentToken: string): Promise<void> {
  await tx.query(
    'INSERT INTO payment_instructions (payment_id, payment_token) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [paymentId, paymentToken],
  );
}

/** The token a payment is to be made with; null once the provider has answered. */
export async function findInstruction(from: From, paymentId: string): Promise<string | null> {
  const [row] = await from.query<{ payment_token: string }>(
    'SELECT payment_token FROM payment_instructions WHERE payment_id = $1',
    [paymentId],
  );
  return row?.payment_token ?? null;
}

/** Forgets the token. */
export async function dropInstruction(tx: From, paymentId: string): Promise<void> {
  await tx.query('DELETE FROM payment_instructions WHERE payment_id = $1', [paymentId]);
}

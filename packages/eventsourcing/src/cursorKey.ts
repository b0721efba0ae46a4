import { randomBytes } from 'node:crypto';
import type { Query } from '@supergraph/postgres';

/**
 * The key that authenticates cursors into the log of this database; made when first asked for. To let no cursor be
 * valid any longer, delete the row and restart the service.
 */
export async function readCursorKey(from: Readonly<{ query: Query }>): Promise<Buffer> {
  await from.query('INSERT INTO cursor_key (key) VALUES ($1) ON CONFLICT DO NOTHING', [randomBytes(32)]);
  const [row] = await from.query<{ key: Buffer }>('SELECT key FROM cursor_key');
  if (row === undefined) throw new Error('The key for cursors is gone.');
  return row.key;
}

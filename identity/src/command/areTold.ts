import type { Db } from '@supergraph/postgres';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Whether gateways hear of all that was revoked. A running identity tells them within a second (createRevocations), so it
 * is waited for a few times.
 */
export const createAreTold =
  (db: Pick<Db, 'query'>, looks = 40) =>
  async (): Promise<boolean> => {
    for (let look = 0; look < looks; look += 1) {
      const waiting = await db.query('SELECT FROM revocations WHERE delivered_at IS NULL AND until_at > now() LIMIT 1');
      if (waiting.length === 0) return true;
      await sleep(250);
    }
    return false;
  };

import { createHash } from 'node:crypto';
import type { RedisClient } from '../../redis/connectRedis.ts';
import { decodeRecord, encodeRecord } from './recordCodec.ts';
import type { EntityRecord } from './records.ts';

/** The records that gateways keep together. Nothing here throws: when Redis is away there is nothing in it. */
export type SharedRecords = Readonly<{
  /** Commands of one turn of the event loop travel together, in a cluster to each node its own. */
  get: (name: string) => Promise<ReturnType<typeof decodeRecord>>;
  put: (name: string, record: EntityRecord, milliseconds: number) => void;
}>;

/** @param onFailure is told when Redis does not do its part */
export const createSharedRecords = ({
  redis,
  namespace,
  onFailure,
}: {
  redis: RedisClient;
  namespace: string;
  onFailure: (error: unknown) => void;
}): SharedRecords => {
  const keyOf = (name: string): string =>
    `${namespace}cache:entity:${createHash('sha256').update(name).digest('base64url')}`;
  return {
    get: async (name) => {
      try {
        const text = await redis.get(keyOf(name));
        return text === null ? null : decodeRecord(text);
      } catch (error) {
        onFailure(error);
        return null;
      }
    },
    put: (name, record, milliseconds) => {
      redis.set(keyOf(name), encodeRecord(record), 'PX', Math.max(Math.ceil(milliseconds), 1)).catch(onFailure);
    },
  };
};

import type { Db } from '@supergraph/postgres';
import type { Redis } from 'ioredis';
import type { Adapter } from 'oidc-provider';
import type { Secrets } from '../secrets.ts';
import { createClientModel } from './clientModel.ts';
import { createGrantModel } from './grantModel.ts';
import { createRedisModel } from './redisModel.ts';
import { createRefreshTokenModel } from './refreshTokenModel.ts';

export type AdaptersOptions = Readonly<{
  db: Db;
  redis: Redis;
  prefix: string;
  secrets: Secrets;
  graceSeconds: number;
  /** The life of an access token. */
  tokenSeconds: number;
}>;

/** Where each model of oidc-provider is kept: what lasts in PostgreSQL, what is over soon in Redis. */
export const createAdapters =
  ({ db, redis, prefix, secrets, graceSeconds, tokenSeconds }: AdaptersOptions) =>
  (model: string): Adapter => {
    switch (model) {
      case 'Client':
        return createClientModel(db);
      case 'Grant':
        return createGrantModel(db, tokenSeconds);
      case 'RefreshToken':
        return createRefreshTokenModel({ db, secrets, graceSeconds });
      case 'AuthorizationCode':
        return createRedisModel({ redis, model, prefix, hash: secrets.hash });
      default:
        return createRedisModel({ redis, model, prefix });
    }
  };

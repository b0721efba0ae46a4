#!/usr/bin/env node
/** `npm run purge`: makes gateways forget what is cached. */
import { ConfigError } from '@supergraph/config';
import { createLifecycle, createLogger, messageText, runCommand } from '@supergraph/service-kit';
import { once } from 'node:events';
import { parsePurge, purge } from './cache/invalidation/purge.ts';
import { createTagStore } from './cache/tags/createTagStore.ts';
import { loadTagsPlace } from './config.ts';
import { connectRedis } from './redis/connectRedis.ts';

await runCommand(
  parsePurge(process.argv.slice(2)),
  async (wanted) => {
    const { url, namespace } = loadTagsPlace();
    if (url === null) return { ok: false, note: 'REDIS_URL is not set.' };
    const log = createLogger({ service: 'purge', level: 'silent' });
    const lifecycle = createLifecycle({ log });
    try {
      const redis = connectRedis({ url, name: 'purge', log, lifecycle });
      await once(redis, 'ready', { signal: AbortSignal.timeout(5_000) });
      await purge(createTagStore({ redis, namespace }), wanted);
      return { ok: true, output: `${wanted.tags?.join(' ') ?? 'Everything'}: forgotten` };
    } finally {
      await lifecycle.close();
    }
  },
  {
    problemText: (error) =>
      error instanceof ConfigError
        ? error.message
        : `Redis does not answer (${messageText(error)}). Is npm start running, or else REDIS_URL right?`,
  },
);

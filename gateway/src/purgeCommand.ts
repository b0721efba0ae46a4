#!/usr/bin/env node
/** `npm run purge`: makes gateways forget what is cached. */
import { createLifecycle, createLogger } from '@supergraph/service-kit';
import { once } from 'node:events';
import { parsePurge, purge } from './cache/invalidation/purge.ts';
import { createTagStore } from './cache/tags/createTagStore.ts';
import { loadTagsPlace } from './config.ts';
import { connectRedis } from './redis/connectRedis.ts';

const parsed = parsePurge(process.argv.slice(2));
if ('print' in parsed) {
  (parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.print);
  process.exitCode = parsed.exitCode;
} else {
  const { url, namespace } = loadTagsPlace();
  const log = createLogger({ service: 'purge', level: 'silent' });
  const lifecycle = createLifecycle({ log });
  if (url === null) {
    process.stderr.write('REDIS_URL is not set.\n');
    process.exitCode = 2;
  } else {
    try {
      const redis = connectRedis({ url, name: 'purge', log, lifecycle });
      await once(redis, 'ready', { signal: AbortSignal.timeout(5_000) });
      await purge(createTagStore({ redis, namespace }), parsed.run);
      process.stdout.write(`${parsed.run.tags?.join(' ') ?? 'Everything'}: forgotten\n`);
    } catch (error) {
      process.stderr.write(`Redis does not answer: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    } finally {
      await lifecycle.close();
    }
  }
}

/** Hive Gateway that shares nothing: by default it joins identical subgraph requests that are under way. */
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
});

/** Hive Gateway as it is installed: identical subgraph requests that are under way are joined. */
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({});

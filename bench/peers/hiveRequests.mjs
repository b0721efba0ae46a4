/** Hive Gateway that joins identical requests of clients too. */
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({ inboundInflightRequestDeduplication: true });

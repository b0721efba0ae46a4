import { rootCertificates } from 'node:tls';
import { Pool } from 'undici';
import type { ConnectionOptions, Connections } from './connections.ts';

/** HTTP/1.1: one request at a time on each connection. */
export const createHttp1 = (origin: string, { connectMs, idleMs, maximum, ca }: ConnectionOptions): Connections =>
  new Pool(origin, {
    connections: maximum,
    connect: { timeout: connectMs, ...(ca !== null && { ca: [...rootCertificates, ca] }) },
    keepAliveTimeout: idleMs,
    // One clock for the whole exchange, in the transport.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

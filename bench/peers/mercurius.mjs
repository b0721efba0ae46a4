/**
 * Mercurius as a gateway. It knows Federation 1 only, so it is given schemas of that version; arguments: a JSON file with
 * `[{ name, url, schema }]`, port.
 */
import { readFileSync } from 'node:fs';
import gateway from '@mercuriusjs/gateway';
import fastify from 'fastify';

const [file, port] = process.argv.slice(2);
const app = fastify();
app.register(gateway, { gateway: { services: JSON.parse(readFileSync(file, 'utf8')) }, jit: 1 });
await app.listen({ host: '127.0.0.1', port: Number(port) });

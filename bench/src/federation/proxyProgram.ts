import { fastify } from 'fastify';
import { Pool } from 'undici';

/** Hands each request to one subgraph and its answer back, on the gateway's HTTP framework and transport. Arguments: url, port. */
const [url = '', port] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: 128, pipelining: 1 });
const headers = { 'content-type': 'application/json', accept: 'application/json' };

const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.post('/graphql', async (request, reply) => {
  const answer = await pool.request({ method: 'POST', path: pathname, headers, body: String(request.body) });
  return reply.type('application/json').send(await answer.body.text());
});
await app.listen({ host: '127.0.0.1', port: Number(port) });

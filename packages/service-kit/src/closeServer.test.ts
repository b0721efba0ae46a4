import { expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { Agent, request } from 'node:http';
import { closeServer } from './closeServer.ts';

test('a server closes after the answers that are under way, though their clients would keep the connections', async () => {
  const app = fastify();
  let arrived = () => {};
  let answer = () => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  app.get('/', async () => {
    arrived();
    await new Promise<void>((resolve) => (answer = resolve));
    return 'answered';
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const agent = new Agent({ keepAlive: true });
  const text = new Promise<string>((resolve, reject) => {
    request(url, { agent }, (response) => {
      let received = '';
      response.on('data', (part: Buffer) => (received += part.toString()));
      response.on('end', () => resolve(received));
    })
      .on('error', reject)
      .end();
  });
  await arrival;
  const closed = closeServer(app);
  answer();
  expect(await text).toBe('answered');
  // The client does nothing for it, and its connection would last for more than a minute, longer than a test may take.
  await closed;
  agent.destroy();
});

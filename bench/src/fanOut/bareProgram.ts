import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { eventOf, readPublication, type Publication } from './event.ts';

/**
 * The limit: a server on ws that knows no GraphQL and sends the same bytes, one event in each turn of the event loop.
 */
const [port = '0'] = process.argv.slice(2);
const followers = new Map<string, Set<WebSocket>>();
let position = 0;

const publish = async ({ topics, count, at, bytes }: Publication): Promise<void> => {
  const receivers =
    at === 0 ? [...followers.values()] : topics.map((topic) => followers.get(topic) ?? new Set<WebSocket>());
  for (let n = 0; n < count; n += 1) {
    for (const same of receivers) {
      position += 1;
      const frame = JSON.stringify({ id: '1', type: 'next', payload: eventOf(position, at, bytes) });
      for (const socket of same) socket.send(frame);
    }
    await new Promise(setImmediate);
  }
};

const server = createServer((request, response) => {
  const asked = readPublication(request.url);
  response.end('ok');
  if (asked !== null) void publish(asked);
});
const sockets = new WebSocketServer({ server, path: '/graphql' });
sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    if (data.includes('connection_init')) return socket.send('{"type":"connection_ack"}');
    const topic = /"topic":"(\w*)"/.exec(data.toString())?.[1] ?? '';
    const same = followers.get(topic) ?? new Set();
    followers.set(topic, same.add(socket));
    socket.once('close', () => same.delete(socket));
  });
});
server.listen(Number(port), '127.0.0.1');

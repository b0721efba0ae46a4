import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { eventOf } from './event.ts';

/** The limit: a server on ws that knows no GraphQL and sends the same bytes to everybody on GET /publish. */
const [port = '0'] = process.argv.slice(2);
let position = 0;
const server = createServer((_request, response) => {
  position += 1;
  const frame = JSON.stringify({ id: '1', type: 'next', payload: eventOf(position) });
  for (const socket of sockets.clients) socket.send(frame);
  response.end('ok');
});
const sockets = new WebSocketServer({ server, path: '/graphql' });
sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string };
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type === 'subscribe') socket.send('{"id":"1","type":"next","payload":{"extensions":{"live":true}}}');
  });
});
server.listen(Number(port), '127.0.0.1');

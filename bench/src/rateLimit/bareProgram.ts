import { createServer } from 'node:http';

/** A bare HTTP server that returns the same bytes to everybody: the limit of what Node can do. Arguments: answer, port. */
const [answer = '', port] = process.argv.slice(2);
const bytes = Buffer.from(answer);
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length };

createServer((message, response) => {
  message.on('data', () => undefined).on('end', () => response.writeHead(200, headers).end(bytes));
}).listen(Number(port), '127.0.0.1');

import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

/**
 * Reads a request and answers with the bytes of a file, whatever it was: a subgraph that costs nothing, and the most that
 * any HTTP server in Node can do with an answer. Arguments: the file, port.
 */
const [file = '', port] = process.argv.slice(2);
const body = readFileSync(file);

createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
    response.end(body);
  });
}).listen(Number(port), '127.0.0.1');

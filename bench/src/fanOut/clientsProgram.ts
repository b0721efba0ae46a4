import { WebSocket } from 'ws';
import { now, query } from './event.ts';

/**
 * Many clients in one process. Says `live` when all of them are, and after each message on standard input what came since
 * the last one: how many events, the times they took, and when the last one arrived.
 *
 * Arguments: url, number of clients, `same` or `own` topic, number of clients that read a byte a second.
 */
const [url = '', count = '1', topics = 'same', slow = '0'] = process.argv.slice(2);
const total = Number(count);
let live = 0;
let times: number[] = [];
let lastAt = 0;

const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const open = (index: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const isSlow = index < Number(slow);
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data: Buffer) => {
      const textOf = data.toString();
      if (textOf.includes('connection_ack')) {
        const topic = topics === 'own' ? String(index) : '';
        const payload = { query, variables: { topic }, extensions: { cursor: null } };
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
      } else if (textOf.includes('"live":true')) {
        live += 1;
        resolve();
        if (isSlow) {
          socket.pause();
          // One chunk a second is as near as a stream lets us come to a byte.
          setInterval(() => {
            socket.resume();
            setImmediate(() => socket.pause());
          }, 1_000).unref();
        }
        if (live === total) say({ live });
      } else if (!isSlow) {
        const at = Number(/"at":([\d.]+)/.exec(textOf)?.[1]);
        lastAt = now();
        times.push(lastAt - at);
      }
    });
  });

process.stdin.on('data', () => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  say({ count: sorted.length, p50: at(0.5), p99: at(0.99), lastAt });
  times = [];
});

// A few at a time: a queue of ten thousand handshakes measures nothing.
for (let from = 0; from < total; from += 100) {
  await Promise.all(Array.from({ length: Math.min(100, total - from) }, (_, index) => open(from + index)));
}

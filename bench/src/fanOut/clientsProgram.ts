import { now, query } from './event.ts';
import { connectRaw } from './rawSocket.ts';

/**
 * Many subscribers in one process. Says `{"subscribed"}` when all have asked, and answers on standard input: `count` with
 * how many events came since the last `times` and who of them has seen any, `times` with how long they took.
 *
 * Arguments: port, number of clients, `same` or `own` topic, number of clients that read a byte a second; those follow
 * topic 0 too, with which their connections can be filled.
 */
const [port = '0', total = '1', topics = 'same', slow = '0'] = process.argv.slice(2);
const seen = new Uint8Array(Number(total));
let times: number[] = [];
let lastAt = 0;
let closed = 0;
let slowClosed = 0;

const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const open = (index: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const isSlow = index < Number(slow);
    const socket = connectRaw({
      port: Number(port),
      path: '/graphql',
      protocol: 'graphql-transport-ws',
      slow: isSlow,
      onOpen: () => socket.send('{"type":"connection_init"}'),
      onText: (bytes) => {
        if (bytes.includes('connection_ack')) {
          const topic = topics === 'own' ? String(index) : '';
          const payload = { query, variables: { topic }, extensions: { cursor: null } };
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
          if (isSlow) {
            const filler = { ...payload, variables: { topic: '0' } };
            socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: filler }));
          }
          return resolve();
        }
        const from = bytes.indexOf('"at":');
        if (from < 0) return;
        const at = Number.parseFloat(bytes.toString('latin1', from + 5, from + 30));
        if (seen[index] === 0) {
          seen[index] = 1;
          if (isSlow) socket.slowDown();
        }
        if (at === 0 || isSlow) return;
        lastAt = now();
        times.push(lastAt - at);
      },
      onClose: () => {
        if (isSlow) slowClosed += 1;
        else closed += 1;
        reject(new Error('A connection was closed.'));
      },
    });
  });

process.stdin.on('data', (asked: Buffer) => {
  const seenBy = seen.reduce((sum, one) => sum + one, 0);
  if (!asked.includes('times')) return say({ count: times.length, seen: seenBy, closed, slowClosed });
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  say({ count: sorted.length, seen: seenBy, closed, slowClosed, p50: at(0.5), p99: at(0.99), lastAt });
  times = [];
});

// A few at a time: a queue of ten thousand handshakes measures nothing.
for (let from = 0; from < Number(total); from += 100) {
  const count = Math.min(100, Number(total) - from);
  await Promise.all(Array.from({ length: count }, (_, index) => open(from + index)));
}
say({ subscribed: Number(total) });

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { Pool } from 'undici';
import { z } from 'zod';

/**
 * The least that any gateway on this transport can do: makes the fetches it was told, in their waves, parses each
 * answer, and stringifies a ready one. Arguments: the file below, port.
 */
const plans = z.record(
  z.string(),
  z.object({ waves: z.array(z.array(z.object({ url: z.string(), body: z.string() }))), answer: z.unknown() }),
);

const [file = '', port] = process.argv.slice(2);
const byBody = new Map(Object.entries(plans.parse(JSON.parse(readFileSync(file, 'utf8')))));
const pools = new Map<string, Pool>();
const poolOf = (origin: string): Pool => {
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 128, pipelining: 1 });
  pools.set(origin, pool);
  return pool;
};

const fetchOf = ({ url, body }: { url: string; body: string }): (() => Promise<unknown>) => {
  const { origin, pathname } = new URL(url);
  const pool = poolOf(origin);
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return async () => {
    const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
    return JSON.parse(await answer.body.text()) as unknown;
  };
};
const programs = new Map(
  [...byBody].map(([body, { waves, answer }]) => [body, { answer, waves: waves.map((wave) => wave.map(fetchOf)) }]),
);

const textOf = (message: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(Buffer.concat(chunks).toString()));
    message.on('error', reject);
  });

const answerTo = async (body: string): Promise<string> => {
  const program = programs.get(body);
  if (program === undefined) throw new Error('The floor was not told what to fetch for this.');
  for (const wave of program.waves) await Promise.all(wave.map((start) => start()));
  return JSON.stringify(program.answer);
};

createServer((message, response) => {
  textOf(message)
    .then(answerTo)
    .then(
      (text) => {
        const made = Buffer.from(text);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': made.length }).end(made);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
}).listen(Number(port), '127.0.0.1');

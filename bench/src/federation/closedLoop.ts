import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';
import { z } from 'zod';

/** What clients saw; milliseconds. */
export type LoopResult = Readonly<{
  requests: number;
  seconds: number;
  p50: number;
  p99: number;
  wrong: readonly string[];
}>;

export type Question = Readonly<{ body: string; expected: { data: unknown } }>;

/** Every connection sends its next request when the last one is answered. */
export type ClosedLoop = Readonly<{ run: (seconds: number) => Promise<LoopResult>; close: () => Promise<void> }>;

const graphqlAnswer = z.object({ data: z.unknown(), errors: z.unknown().optional() });
const headers = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * A load on one gateway. Every answer is compared with what is expected: its bytes with those of answers that were
 * parsed and found equal before, and when they are new, its meaning.
 */
export const createClosedLoop = (url: string, connections: number, questions: readonly Question[]): ClosedLoop => {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const known = questions.map((): Buffer[] => []);

  /** Undefined when the answer is right, else what is wrong with it. */
  const check = (nth: number, status: number, answer: Buffer): string | undefined => {
    const right = known[nth];
    if (right?.some((bytes) => bytes.equals(answer))) return undefined;
    const text = answer.toString();
    try {
      const parsed = graphqlAnswer.parse(JSON.parse(text));
      if (parsed.errors === undefined && isDeepStrictEqual(parsed.data, questions[nth]?.expected.data)) {
        if (right !== undefined && right.length < 20) right.push(answer);
        return undefined;
      }
    } catch {
      // Not JSON: as wrong as any other.
    }
    return `${status} ${text.slice(0, 400)}`;
  };

  return {
    run: async (seconds) => {
      const latencies: number[] = [];
      const wrong: string[] = [];
      let nth = 0;
      const began = performance.now();
      const end = began + seconds * 1_000;
      const client = async (): Promise<void> => {
        while (performance.now() < end) {
          const turn = (nth += 1) % questions.length;
          const sent = performance.now();
          try {
            const { statusCode, body } = await pool.request({
              method: 'POST',
              path: pathname,
              headers,
              body: questions[turn]?.body ?? '',
            });
            const answer = Buffer.from(await body.arrayBuffer());
            latencies.push(performance.now() - sent);
            const problem = check(turn, statusCode, answer);
            if (problem !== undefined) wrong.push(problem);
          } catch (error) {
            wrong.push(String(error));
          }
          if (wrong.length > 100) return;
        }
      };
      await Promise.all(Array.from({ length: connections }, client));
      latencies.sort((a, b) => a - b);
      const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
      return {
        requests: latencies.length,
        seconds: (performance.now() - began) / 1_000,
        p50: at(0.5),
        p99: at(0.99),
        wrong,
      };
    },
    close: () => pool.destroy(),
  };
};

import { z } from 'zod';

/** One request to a subgraph, with times in milliseconds of the subgraphs' clock. */
export type Fetch = { subgraph: string; body: string; began: number; ended: number };

/** While fetches are written down every answer waits this long, so that what waits for what can be seen. */
export const recordingPauseMs = 40;

const stats = z.object({
  fetches: z.number(),
  recorded: z.array(z.object({ subgraph: z.string(), body: z.string(), began: z.number(), ended: z.number() })),
});

/** How many fetches arrived so far. */
export const countFetches = async (origin: string): Promise<number> => (await get(`${origin}/count`)).fetches;

/**
 * The fetches that some work causes, in waves: every fetch of a wave began before one of it had been answered, so none
 * of them waited for another.
 */
export async function recordFetches(origin: string, work: () => Promise<void>): Promise<readonly (readonly Fetch[])[]> {
  await get(`${origin}/record`);
  await work();
  const { recorded } = await get(`${origin}/stats`);
  const waves: Fetch[][] = [];
  for (const fetched of recorded.toSorted((a, b) => a.began - b.began)) {
    const wave = waves.at(-1);
    if (wave !== undefined && wave.every(({ ended }) => fetched.began < ended)) wave.push(fetched);
    else waves.push([fetched]);
  }
  return waves;
}

const get = async (url: string) => stats.parse(await (await fetch(url)).json());

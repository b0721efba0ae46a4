import { setTimeout as pause } from 'node:timers/promises';

/** Bytes of heap that a process with metrics uses, null without: the least of several looks, what is above waits to be collected. */
export const heapOf = async (metricsPort: number | null): Promise<number | null> => {
  if (metricsPort === null) return null;
  const seen: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    seen.push(Number(/^nodejs_heap_size_used_bytes(?:\{.*\})? (\S+)$/m.exec(text)?.[1]));
    await pause(500);
  }
  return Math.min(...seen);
};

/**
 * Loaded into the gateway before it starts (`node --expose-gc --import`): answers every message of the parent with the
 * memory that is left after a garbage collection.
 */
export type MemorySample = Readonly<{ heapUsed: number; external: number; rss: number }>;

process.on('message', () => {
  // The second collects what finalizers of the first let go.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ heapUsed, external, rss } satisfies MemorySample);
});
// The channel must not keep the gateway from ending.
process.channel?.unref();

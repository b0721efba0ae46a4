/** Milliseconds since 1970 with fractions, the same clock in every process of a machine. */
export const now = (): number => performance.timeOrigin + performance.now();

/** What one event carries: its time of publication and some text. One that only finds out who is there has no time. */
export const eventOf = (position: number, at: number, bytes: number) => ({
  data: { ticks: { id: String(position), at, text: textOf(bytes) } },
  extensions: { cursor: String(position) },
});

/** Who is asked for so many events of each topic publishes all of them at once, with one time. */
export type Publication = Readonly<{ topics: readonly string[]; count: number; bytes: number; at: number }>;

/**
 * Reads `GET /publish?topics=&count=&bytes=`: to everybody, or with a number of topics to those. `GET /probe`, which goes
 * to all, has no time. Null for anything else.
 */
export const readPublication = (requestUrl: string | undefined): Publication | null => {
  const { pathname, searchParams } = new URL(requestUrl ?? '/', 'http://localhost');
  const number = (name: string, otherwise: number): number => Number(searchParams.get(name) ?? otherwise);
  const own = Array.from({ length: number('topics', 0) }, (_, nth) => String(nth));
  const topics = own.length === 0 ? [''] : own;
  if (pathname === '/probe') return { topics: [], count: 1, bytes: 1, at: 0 };
  return pathname === '/publish' ? { topics, count: number('count', 1), bytes: number('bytes', 240), at: now() } : null;
};

/** The subscription of the clients. */
export const query = 'subscription Ticks($topic: ID) { ticks(topic: $topic) { id at text } }';

export const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { ready: Boolean }
type Subscription { ticks(topic: ID): Tick! }
type Tick { id: ID!  at: Float!  text: String! }`;

const texts = new Map<number, string>();
const textOf = (bytes: number): string => {
  const known = texts.get(bytes) ?? 'An order was paid. '.repeat(bytes / 19 + 1).slice(0, bytes);
  texts.set(bytes, known);
  return known;
};

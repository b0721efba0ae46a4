/** Milliseconds since 1970 with fractions, the same clock in every process of a machine. */
export const now = (): number => performance.timeOrigin + performance.now();

const text = 'An order of three items was paid and will be packed today. '.repeat(4);

/** What one event carries: its time of publication, and some three hundred bytes. */
export const eventOf = (position: number) => ({
  data: { ticks: { id: String(position), at: now(), text } },
  extensions: { cursor: String(position) },
});

/** The subscription of the clients. */
export const query = 'subscription Ticks($topic: ID) { ticks(topic: $topic) { id at text } }';

export const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { ready: Boolean }
type Subscription { ticks(topic: ID): Tick! }
type Tick { id: ID!  at: Float!  text: String! }`;

import autocannon from 'autocannon';
import { placeOrder, reads, type Offer } from './shop.ts';

/** What a run of one kind of request showed; milliseconds. */
export type LoadResult = Readonly<{ requests: number; perSecond: number; p50: number; p99: number; failed: number }>;

type Kind = Readonly<{
  url: string;
  tokens: readonly string[];
  offers: readonly Offer[];
  seconds: number;
  connections: number;
}>;

const pick = <T>(list: readonly T[], nth: number): T => {
  const item = list[nth % list.length];
  if (item === undefined) throw new Error('Nothing to choose from.');
  return item;
};

/** Shoppers who look around. */
export const readLoad = (kind: Kind): Promise<LoadResult> => {
  let nth = 0;
  return fire(kind, () => {
    nth += 1;
    return pick(reads(pick(kind.offers, nth >> 2)), nth);
  });
};

/** Shoppers who buy. */
export const orderLoad = (kind: Kind): Promise<LoadResult> => {
  let nth = 0;
  return fire(kind, () => placeOrder(pick(kind.offers, (nth += 1))));
};

/** Every connection is a customer of its own, and sends the next request when the last one is answered. */
async function fire({ url, tokens, seconds, connections }: Kind, body: () => object): Promise<LoadResult> {
  let customer = 0;
  let failed = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    method: 'POST',
    setupClient: (client) => {
      const authorization = `Bearer ${pick(tokens, (customer += 1))}`;
      client.setHeadersAndBody({ 'content-type': 'application/json', authorization }, JSON.stringify(body()));
      client.on('body', (text) => {
        if (String(text).includes('"errors"')) failed += 1;
        client.setBody(JSON.stringify(body()));
      });
    },
  });
  return {
    requests: result.requests.total,
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: failed + result.errors + result.timeouts + result.non2xx,
  };
}

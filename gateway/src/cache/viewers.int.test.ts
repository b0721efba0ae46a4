import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testNamespace } from '@supergraph/testing';
import { startCachingShop, type CachingShop } from '../../test/cachingShop.ts';
import { standingDate } from '../../test/standingDate.ts';
import type { TestGateway } from '../../test/startTestGateway.ts';
import { cacheConfig } from './cacheConfig.ts';

let shop: CachingShop;
let cached: readonly TestGateway[];
let uncached: TestGateway;
standingDate();

beforeAll(async () => {
  shop = await startCachingShop('viewers');
  const namespace = testNamespace('viewers');
  cached = [await shop.startCaching({ namespace }), await shop.startCaching({ namespace })];
  uncached = await shop.start({
    namespace,
    cache: cacheConfig.parse({ enabled: false }),
    share: { fetches: false, requests: false },
  });
});
afterAll(async () => {
  await Promise.all([...cached, uncached].map((gateway) => gateway.close()));
  await shop.close();
});

/** A generator of numbers that gives the same ones for the same seed (mulberry32). */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

const viewers: readonly (readonly [string, readonly string[], string?] | null)[] = [
  null,
  ['ada', ['customer']],
  ['bob', ['customer']],
  ['eve', ['employee']],
  ['eve', ['employee'], 'order:read'],
  ['eve', ['employee'], 'product:write'],
  ['root', ['admin']],
];

const productFields = [
  'id',
  'name',
  'title: name',
  'price',
  'cost: price',
  'maker { name }',
  'maker { country }',
  'made: maker { name country }',
  'stock',
  'insured',
  'place',
  'place',
  'feet: place(unit: "ft")',
  'asked: place(unit: $unit)',
  'location { hall }',
  'location { shelf hall }',
  '__typename',
];

/** The root's fields, for a selection of a product's. */
const fields: readonly ((product: string) => string)[] = [
  () => 'me { id email }',
  () => 'me { id }',
  (product) => `product(id: $id) { ${product} }`,
  (product) => `one: product(id: "p3") { ${product} } other: product(id: $id) { id name }`,
  (product) => `products(maxPrice: $most) { ${product} }`,
  (product) => `all: products { ${product} }`,
  (product) => `orders { id items { ${product} } }`,
  (product) => `things { name ... on Product { ${product} } ... on Gift { note } }`,
  (product) => `things { ... on Gift { code secret note(lang: $unit) } ... on Product { id ${product} } }`,
  () => '__typename',
];

test.each([1, 2, 3, 4])(
  'no viewer is ever served what is another’s, whoever came before: cached answers are the uncached ones (%i)',
  async (seed) => {
    const random = randomOf(seed);
    const pick = <Item>(items: readonly Item[]): Item => {
      const item = items[Math.floor(random() * items.length)];
      if (item === undefined) throw new Error('There is nothing to pick from.');
      return item;
    };
    let served = 0;
    let inParts = 0;
    const asked = new Set<string>();
    const selection = (): string =>
      [...new Set(Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(productFields)))].join(' ');
    for (let step = 0; step < 150; step++) {
      const viewer = viewers[Math.floor(random() * viewers.length)] ?? null;
      const headers = viewer === null ? {} : await shop.tokens.of(...viewer);
      // Of the same fields always the same selection, since they may be two of one operation.
      const product = selection();
      const chosen = [...new Set(random() < 0.8 ? [pick(fields)] : [pick(fields), pick(fields)])];
      const query = `query ($id: ID!, $most: Int, $unit: String) { a: __typename ${chosen.map((field) => field(product)).join(' ')} ...V }
        fragment V on Query { v: product(id: $id) { id asked: place(unit: $unit) } w: products(maxPrice: $most) { id } }`;
      const variables = { id: pick(['p3', 'p6']), most: pick([null, 300]), unit: pick(['ft', 'm']) };
      const request = { query, variables };
      // Products are changed in the meantime, by one of the gateways.
      if (random() < 0.05) {
        const variables = { id: 'p3', price: 100 + step };
        const change = 'mutation ($id: ID!, $price: Int!) { changePrice(id: $id, price: $price) { id } }';
        await pick(cached).post({ query: change, variables });
        // The others have acknowledged it after their lease at the latest.
        await new Promise((resolve) => setTimeout(resolve, 1_050));
      }
      const gateway = pick(cached);
      shop.fetches();
      const expected = await uncached.post(request, headers);
      const needed = shop.fetches();
      const answer = await gateway.post(request, headers);
      const made = shop.fetches();
      if (made === 0) served += 1;
      // Nobody had asked for this before, so the answer was made of parts.
      const key = JSON.stringify(request);
      if (made < needed && !asked.has(key)) inParts += 1;
      asked.add(key);
      expect({ seed, step, viewer, request, body: answer.body }).toEqual({
        seed,
        step,
        viewer,
        request,
        body: expected.body,
      });
    }
    // Else it says nothing.
    expect(served).toBeGreaterThan(4);
    expect(inParts).toBeGreaterThan(20);
  },
  300_000,
);

import { randomUUID } from 'node:crypto';
import { demoAccounts } from '@supergraph/events';
import { createGraphClient, signIn } from '@supergraph/platform';
import { z } from 'zod';

/** A product as a buyer sees it. */
export type Offer = Readonly<{ id: string; price: Readonly<{ amount: number; currency: string }> }>;

/** An access token for each demo customer, one sign-in after the other. */
export const customerTokens = async (url: string): Promise<readonly string[]> => {
  const tokens: string[] = [];
  for (const account of demoAccounts) if (account.role === 'customer') tokens.push(await signIn({ url, account }));
  return tokens;
};

/** One for the first employee, who may count stock. */
export const staffToken = (url: string): Promise<string> => {
  const account = demoAccounts.find(({ role }) => role === 'employee');
  if (account === undefined) throw new Error('There is no demo employee.');
  return signIn({ url, account });
};

/** Products with enough stock for a whole run. */
export async function stockedOffers(url: string): Promise<readonly Offer[]> {
  const staff = createGraphClient(url, await staffToken(url));
  const offer = z.object({ id: z.string(), price: z.object({ amount: z.number(), currency: z.string() }) });
  const { products } = await staff.ask(
    z.object({ products: z.object({ nodes: z.array(offer) }) }),
    '{ products(first: 20, filter: { active: true }) { nodes { id price { amount currency } } } }',
  );
  for (const { id } of products.nodes)
    await staff.ask(
      z.unknown(),
      'mutation($input: AdjustStockInput!) { adjustStock(input: $input) { product { id } } }',
      { input: { id, delta: 1_000_000, reason: 'benchmark', idempotencyKey: randomUUID() } },
    );
  return products.nodes;
}

/** Text and variables of an order for one piece of an offer. */
export const placeOrder = (offer: Offer) => ({
  query: `mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { outcome order { id } } }`,
  variables: {
    input: {
      items: [{ productId: offer.id, quantity: 1 }],
      expectedTotal: offer.price,
      paymentToken: 'tok_approve',
      idempotencyKey: randomUUID(),
    },
  },
});

/** What shoppers look at: a list, a search, one product, and their own orders with payment and products. */
export const reads = (offer: Offer): readonly { query: string; variables?: object }[] => [
  { query: '{ products(first: 20) { nodes { id name price { amount currency } inStock } } }' },
  { query: '{ products(first: 10, filter: { search: "steel" }) { nodes { id name category { name } } } }' },
  {
    query: 'query($id: ID!) { product(id: $id) { id name description price { amount currency } stock } }',
    variables: { id: offer.id },
  },
  {
    query:
      '{ me { name orders(first: 5) { nodes { id status total { amount currency } payment { status } items { quantity product { name } } } } } }',
  },
];

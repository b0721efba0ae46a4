import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createGraphClient, GraphError, type GraphClient } from './graphClient.ts';
import { waitUntil } from './waitUntil.ts';

export type StoryOptions = Readonly<{
  /** The gateway's GraphQL endpoint. */
  url: string;
  /** An access token for one of the demo accounts, by its name in lower case. */
  tokenOf: (name: string) => Promise<string>;
  /** Hears each step that went well. */
  tell: (step: string) => void;
}>;

const money = z.object({ amount: z.int(), currency: z.string() });
type Money = z.infer<typeof money>;
const shown = ({ amount, currency }: Money): string => `${(amount / 100).toFixed(2)} ${currency}`;

const product = z.object({ id: z.string(), name: z.string(), price: money });
const catalogue = z.object({
  products: z.object({ edges: z.array(z.object({ node: product })).min(2) }),
});
const placed = z.object({
  placeOrder: z.object({
    outcome: z.enum(['PLACED', 'PRICE_CHANGED']),
    order: z.object({ id: z.string() }).nullable(),
    currentTotal: money,
  }),
});
const payment = z.object({ status: z.string(), declineCode: z.string().nullable(), capturedAmount: money });
const event = z.object({
  orderEvents: z.object({
    type: z.string(),
    order: z.object({
      id: z.string(),
      status: z.string(),
      cancelReason: z.string().nullable(),
      customer: z.object({ name: z.string() }),
    }),
  }),
});
type OrderEvent = z.infer<typeof event>['orderEvents'];

const placeOrder = `mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { outcome order { id } currentTotal { amount currency } }
}`;

/**
 * A purchase, told from the outside: browse, sign in, follow, buy, be charged; then a card that is declined, a price that
 * changed, and doors that stay closed. Throws at the first step that does not go as told.
 */
export const playStory = async ({ url, tokenOf, tell }: StoryOptions): Promise<void> => {
  const anybody = createGraphClient(url);
  const carla = createGraphClient(url, await tokenOf('carla'));
  const dmitri = createGraphClient(url, await tokenOf('dmitri'));
  const margaret = createGraphClient(url, await tokenOf('margaret'));

  const { products } = await anybody.ask(
    catalogue,
    '{ products(first: 2, filter: { inStock: true, price: { max: 10000, currency: "EUR" } }) { edges { node { id name price { amount currency } } } } }',
  );
  const [first, second] = products.edges.map(({ node }) => node) as [z.infer<typeof product>, z.infer<typeof product>];
  tell(`Anybody may browse: ${first.name} (${shown(first.price)}), ${second.name} (${shown(second.price)})`);

  await expectCode('UNAUTHENTICATED', () =>
    anybody.ask(z.unknown(), placeOrder, { input: basket([first], 'tok_approve') }),
  );
  tell('Who has not signed in cannot order: UNAUTHENTICATED');

  const { me } = await carla.ask(
    z.object({ me: z.object({ name: z.string(), email: z.string() }) }),
    '{ me { name email } }',
  );
  tell(`Signed in as ${me.name} <${me.email}>`);

  const events: OrderEvent[] = [];
  const unfollow = await carla.follow(
    event,
    'subscription { orderEvents { type order { id status cancelReason customer { name } } } }',
    (data) => events.push(data.orderEvents),
  );
  try {
    // The protocol does not acknowledge a subscription; give it a moment to reach the subgraph.
    await sleep(500);
    tell('Following her orders over a WebSocket');

    const bought = await place(carla, basket([first, second], 'tok_approve'));
    tell(`Placed an order of ${shown(bought.total)}`);
    const happened = await eventsUntil(events, bought.id, 'PAID');
    tell(`Its events arrived, each with her name from another service: ${happened.join(', ')}`);
    const charged = await paymentOf(carla, bought.id, 'CAPTURED');
    tell(`The payment was captured: ${shown(charged.capturedAmount)}`);

    const declined = await place(carla, basket([first], 'tok_decline'));
    const refused = await eventsUntil(events, declined.id, 'CANCELLED');
    const { declineCode } = await paymentOf(carla, declined.id, 'DECLINED');
    tell(`Another card was declined (${declineCode}), and the order cancelled: ${refused.join(', ')}`);

    const wrong = basket([first], 'tok_approve');
    wrong.expectedTotal = { ...wrong.expectedTotal, amount: wrong.expectedTotal.amount - 1 };
    const { placeOrder: changed } = await carla.ask(placed, placeOrder, { input: wrong });
    expectThat(changed.outcome === 'PRICE_CHANGED', `outcome ${changed.outcome} instead of PRICE_CHANGED`);
    tell(`An order at a price that she was not shown is not placed: PRICE_CHANGED, now ${shown(changed.currentTotal)}`);

    const order = z.object({ order: z.object({ status: z.string() }).nullable() });
    const seen = await dmitri.ask(order, 'query One($id: ID!) { order(id: $id) { status } }', { id: bought.id });
    expectThat(seen.order === null, 'a stranger can see the order');
    tell("For Dmitri, another customer, Carla's order does not exist");

    const ship = 'mutation Ship($id: ID!) { shipOrder(input: { orderId: $id }) { order { status } } }';
    await expectCode('FORBIDDEN', () => carla.ask(z.unknown(), ship, { id: bought.id }));
    tell('Carla cannot ship her own order: FORBIDDEN');
    await margaret.ask(z.unknown(), ship, { id: bought.id });
    await eventsUntil(events, bought.id, 'SHIPPED');
    tell('Margaret, an employee, ships it, and Carla hears of it at once');
  } finally {
    await unfollow();
  }
};

type Basket = {
  items: { productId: string; quantity: number }[];
  expectedTotal: Money;
  paymentToken: string;
  idempotencyKey: string;
};

const basket = (products: readonly z.infer<typeof product>[], paymentToken: string): Basket => ({
  items: products.map(({ id }) => ({ productId: id, quantity: 1 })),
  expectedTotal: {
    amount: products.reduce((sum, { price }) => sum + price.amount, 0),
    currency: products[0]?.price.currency ?? 'EUR',
  },
  paymentToken,
  idempotencyKey: randomUUID(),
});

/** Orders learns of prices through Kafka: in the first seconds of a fresh installation it may not know a product yet. */
const place = (client: GraphClient, input: Basket): Promise<{ id: string; total: Money }> =>
  waitUntil(
    async () => {
      const { placeOrder: answer } = await client.ask(placed, placeOrder, { input });
      expectThat(answer.outcome === 'PLACED', `outcome ${answer.outcome} instead of PLACED`);
      return { id: answer.order?.id ?? '', total: answer.currentTotal };
    },
    { what: 'the order to be placed', timeoutMs: 20_000, everyMs: 500 },
  );

const eventsUntil = (events: readonly OrderEvent[], orderId: string, last: string): Promise<readonly string[]> =>
  waitUntil(
    async () => {
      const types = events.filter(({ order }) => order.id === orderId).map(({ type }) => type);
      expectThat(types.includes(last), `so far: ${types.join(', ')}`);
      return types;
    },
    { what: `the event ${last}`, timeoutMs: 30_000 },
  );

const paymentOf = (client: GraphClient, orderId: string, status: string): Promise<z.infer<typeof payment>> =>
  waitUntil(
    async () => {
      const { order } = await client.ask(
        z.object({ order: z.object({ payment }) }),
        'query Paid($id: ID!) { order(id: $id) { payment { status declineCode capturedAmount { amount currency } } } }',
        { id: orderId },
      );
      expectThat(order.payment.status === status, `the payment is ${order.payment.status}`);
      return order.payment;
    },
    { what: `the payment to be ${status}`, timeoutMs: 30_000, everyMs: 200 },
  );

const expectCode = async (code: string, attempt: () => Promise<unknown>): Promise<void> => {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof GraphError && error.code === code) return;
    throw error;
  }
  throw new Error(`This should have been refused with ${code}.`);
};

const expectThat = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

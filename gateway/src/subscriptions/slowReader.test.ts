import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCursorSubgraph, type CursorSubgraph } from '../../test/cursorSubgraph.ts';
import { startShop, type Shop } from '../../test/shop.ts';
import { composed, startTestGateway, until, type TestGateway } from '../../test/startTestGateway.ts';
import { startTrickle, type Trickle } from '../../test/startTrickle.ts';
import { connectWire, type WireClient } from '../../test/wire.ts';
import { closeCodes } from './closeCodes.ts';
import { subscriptionsConfig } from './subscriptionsConfig.ts';

let shop: Shop;
let orders: CursorSubgraph;
let gateway: TestGateway;
let trickle: Trickle;
let clients: readonly WireClient[] = [];

/** So often the slow reader asks for the same thing: the buffers of the system are full after a few of its events. */
const copies = 400;
const large = `subscription { orderEvents { ${Array.from({ length: copies }, (_, n) => `f${n}: id`).join(' ')} } }`;
const small = 'subscription { orderEvents { id } }';
const filler = 'x'.repeat(300);
const capacity = 20;

beforeAll(async () => {
  shop = await startShop();
  orders = await startCursorSubgraph();
  gateway = await startTestGateway(composed({ accounts: shop.accounts, orders }), {
    subscriptions: subscriptionsConfig.parse({ mailboxEvents: capacity, heartbeatSeconds: 3_600 }),
    limits: { aliases: copies, rootFields: copies, tokens: 10 * copies },
  });
  trickle = await startTrickle(gateway.url);
});
afterAll(async () => {
  for (const client of clients) client.leave();
  await trickle.close();
  await gateway.close();
  await orders.stop();
  await shop.close();
});

test('of a thousand clients one reads a byte a second: it is closed with a cursor, and the others get every event', async () => {
  const slow = await connectWire(trickle.url);
  const others: WireClient[] = [];
  // A gateway waits for a greeting as long as for one connection, not for a thousand.
  while (others.length < 999)
    others.push(...(await Promise.all(Array.from({ length: 37 }, () => connectWire(gateway.url)))));
  clients = [slow, ...others];
  slow.subscribe(large, { cursor: null });
  for (const other of others) other.subscribe(small, { cursor: null });
  await until(() => clients.every((client) => client.cursor() !== undefined));
  trickle.slow();

  const sent: string[] = [];
  const overflowed = () => gateway.lines.some(({ reason }) => reason === 'SUBSCRIPTION_OVERFLOW');
  while (!overflowed() && sent.length < 500) {
    const id = `${sent.length} ${filler}`;
    sent.push(id);
    orders.publish('o1', id);
    // Nobody else falls behind: each of them has it before there is another one.
    await until(() => others.every(({ messages }) => messages.length >= sent.length + 2));
  }
  expect(overflowed()).toBe(true);
  for (const other of others) {
    expect(other.results().map(({ data }) => (data?.['orderEvents'] as { id: string }).id)).toEqual(sent);
    expect([other.errors(), other.closed]).toEqual([[], []]);
  }

  trickle.fast();
  await until(() => slow.closed.length > 0);
  const { code, reason } = closeCodes.overflow;
  expect(slow.closed).toEqual([{ code, reason }]);
  const read = slow.results().length;
  expect(read).toBeLessThan(sent.length - capacity);
  const [{ extensions = {} } = {}] = slow.errors();
  expect(extensions).toMatchObject({
    code: 'SUBSCRIPTION_OVERFLOW',
    cursor: slow.results().at(-1)?.extensions?.cursor,
  });

  // From there on it gets the rest.
  const back = await connectWire(gateway.url);
  clients = [...clients, back];
  back.subscribe(small, { cursor: extensions['cursor'] });
  await until(() => back.results().length === sent.length - read);
  expect(back.results().map(({ data }) => (data?.['orderEvents'] as { id: string }).id)).toEqual(sent.slice(read));
});

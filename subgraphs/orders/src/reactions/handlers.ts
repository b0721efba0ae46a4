import { orderEventSchemas } from '@supergraph/events';
import type { Tasks } from '@supergraph/eventsourcing';
import type { ConsumerOptions, EventHandler } from '@supergraph/messaging';
import type { Logger } from '@supergraph/service-kit';
import type { LiveEvents } from '@supergraph/subgraph-kit';
import type { OrderStore } from '../orderStore.ts';
import { keepPrice } from '../prices.ts';
import { createOnPayment } from './onPayment.ts';
import { createOnStockRejected } from './onStockRejected.ts';
import { createOnStockReserved } from './onStockReserved.ts';

type Deps = Readonly<{
  store: OrderStore;
  tasks: Pick<Tasks, 'schedule' | 'cancel'>;
  live: Pick<LiveEvents, 'announce'>;
  now: () => string;
  deadlineSeconds: number;
  log: Logger;
}>;

/** What orders listens to, by consumer group: the groups advance on their own, so that one cannot hold up another. */
export function createHandlers(deps: Deps): Readonly<Record<string, ConsumerOptions['handlers']>> {
  // Not awaited: an open transaction must not wait for Redis, and a wake-up that is lost is made up for by polling.
  const announce: EventHandler = async () => void deps.live.announce();
  return {
    'orders-fulfilment': {
      'product-events': {
        StockReserved: createOnStockReserved(deps),
        StockRejected: createOnStockRejected(deps),
      },
      'payment-events': createOnPayment(deps),
    },
    'orders-prices': {
      'product-events': { ProductCreated: keepPrice, ProductUpdated: keepPrice, ProductPriceChanged: keepPrice },
    },
    'orders-live': {
      'order-events': Object.fromEntries(Object.keys(orderEventSchemas).map((type) => [type, announce])),
    },
  };
}

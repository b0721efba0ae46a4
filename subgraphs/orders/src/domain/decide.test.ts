import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isDomainError } from '@supergraph/errors';
import type { OrderEvent } from '@supergraph/events';
import { given } from '@supergraph/testing';
import type { OrderCommand } from './commands.ts';
import { evolve, initialState, statusAfter, type OrderStatus } from './order.ts';
import { order } from './orderDecider.ts';

const now = '2026-11-23T09:30:00.000Z';
const at = '2026-11-23T09:00:00.000Z';
const orderId = 'o1';
const paymentId = 'p1';
const total = { amount: 5_980, currency: 'EUR' };
const items = [
  {
    productId: 'keyboard',
    sku: 'SKU-0001',
    name: 'Keyboard',
    quantity: 2,
    unitPrice: { amount: 2_990, currency: 'EUR' },
  },
];

const placed: OrderEvent = {
  type: 'OrderPlaced',
  data: { orderId, customerId: 'carla', paymentId, items, total, shippingAddressId: null, at },
};
const reserved: OrderEvent = { type: 'OrderStockReserved', data: { orderId, at } };
const authorized: OrderEvent = { type: 'OrderPaymentAuthorized', data: { orderId, paymentId, at } };
const paid: OrderEvent = { type: 'OrderPaid', data: { orderId, paymentId, at } };
const shipped: OrderEvent = { type: 'OrderShipped', data: { orderId, trackingNumber: null, by: 'margaret', at } };
const delivered: OrderEvent = { type: 'OrderDelivered', data: { orderId, by: 'margaret', at } };
const cancelled: OrderEvent = {
  type: 'OrderCancelled',
  data: { orderId, paymentId, reason: 'CUSTOMER_REQUEST', by: 'carla', at },
};

const commands = {
  PlaceOrder: {
    type: 'PlaceOrder',
    data: { orderId, customerId: 'carla', paymentId, items, total, shippingAddressId: null, now },
  },
  ConfirmStock: { type: 'ConfirmStock', data: { orderId, now } },
  RejectStock: { type: 'RejectStock', data: { orderId, now } },
  AuthorizePayment: { type: 'AuthorizePayment', data: { orderId, now } },
  ConfirmPayment: { type: 'ConfirmPayment', data: { orderId, now } },
  DeclinePayment: { type: 'DeclinePayment', data: { orderId, now } },
  ExpirePayment: { type: 'ExpirePayment', data: { orderId, now } },
  CancelOrder: { type: 'CancelOrder', data: { orderId, by: 'carla', reason: 'CUSTOMER_REQUEST', now } },
  ShipOrder: { type: 'ShipOrder', data: { orderId, by: 'margaret', trackingNumber: 'TRK1', now } },
  DeliverOrder: { type: 'DeliverOrder', data: { orderId, by: 'margaret', now } },
} as const satisfies Record<OrderCommand['type'], OrderCommand>;

describe('placing', () => {
  test('an order is placed with the prices it came with', () => {
    given(order)()
      .when(commands.PlaceOrder)
      .then({
        type: 'OrderPlaced',
        data: { orderId, customerId: 'carla', paymentId, items, total, shippingAddressId: null, at: now },
      });
  });

  test('an order that is placed already is not placed again', () => {
    given(order)(placed).when(commands.PlaceOrder).then();
  });
});

describe('stock', () => {
  test('an order whose stock is reserved waits for its payment', () => {
    given(order)(placed)
      .when(commands.ConfirmStock)
      .then({ type: 'OrderStockReserved', data: { orderId, at: now } });
  });

  test('an order without stock is cancelled, by nobody in particular', () => {
    given(order)(placed)
      .when(commands.RejectStock)
      .then({ type: 'OrderCancelled', data: { orderId, paymentId, reason: 'OUT_OF_STOCK', by: null, at: now } });
  });

  test('stock that arrives for a cancelled order changes nothing', () => {
    given(order)(placed, cancelled).when(commands.ConfirmStock).then();
  });
});

describe('payment', () => {
  test('an order that waits for its payment can be paid', () => {
    given(order)(placed, reserved)
      .when(commands.ConfirmPayment)
      .then({ type: 'OrderPaid', data: { orderId, paymentId, at: now } });
  });

  test('an order whose stock is not reserved cannot be paid', () => {
    given(order)(placed).when(commands.ConfirmPayment).thenFails('ORDER_NOT_PAYABLE');
  });

  test('a cancelled order cannot be paid', () => {
    given(order)(placed, cancelled).when(commands.ConfirmPayment).thenFails('ORDER_NOT_PAYABLE');
  });

  test('a payment confirmed twice is decided once', () => {
    given(order)(placed, reserved, paid).when(commands.ConfirmPayment).then();
  });

  test('an authorisation that arrives after the capture changes nothing', () => {
    given(order)(placed, reserved, paid).when(commands.AuthorizePayment).then();
  });

  test('a declined payment cancels the order', () => {
    given(order)(placed, reserved)
      .when(commands.DeclinePayment)
      .then({ type: 'OrderCancelled', data: { orderId, paymentId, reason: 'PAYMENT_DECLINED', by: null, at: now } });
  });

  test('a capture that fails after the authorisation cancels the order', () => {
    given(order)(placed, reserved, authorized)
      .when(commands.DeclinePayment)
      .then({ type: 'OrderCancelled', data: { orderId, paymentId, reason: 'PAYMENT_DECLINED', by: null, at: now } });
  });

  test('the deadline cancels an order that still waits, and no other', () => {
    given(order)(placed, reserved)
      .when(commands.ExpirePayment)
      .then({ type: 'OrderCancelled', data: { orderId, paymentId, reason: 'PAYMENT_TIMEOUT', by: null, at: now } });
    given(order)(placed, reserved, authorized).when(commands.ExpirePayment).then();
    given(order)(placed, reserved, paid).when(commands.ExpirePayment).then();
  });
});

describe('cancelling, shipping, delivering', () => {
  test('a paid order can be cancelled; the cancellation names the payment that is to be given back', () => {
    given(order)(placed, reserved, paid)
      .when(commands.CancelOrder)
      .then({ type: 'OrderCancelled', data: { orderId, paymentId, reason: 'CUSTOMER_REQUEST', by: 'carla', at: now } });
  });

  test('a shipped order cannot be cancelled', () => {
    given(order)(placed, reserved, paid, shipped).when(commands.CancelOrder).thenFails('ORDER_NOT_CANCELLABLE');
  });

  test('only a paid order can be shipped', () => {
    given(order)(placed, reserved).when(commands.ShipOrder).thenFails('ORDER_NOT_SHIPPABLE');
    given(order)(placed, reserved, paid)
      .when(commands.ShipOrder)
      .then({ type: 'OrderShipped', data: { orderId, trackingNumber: 'TRK1', by: 'margaret', at: now } });
  });

  test('only a shipped order can be delivered', () => {
    given(order)(placed, reserved, paid).when(commands.DeliverOrder).thenFails('ORDER_NOT_DELIVERABLE');
    given(order)(placed, reserved, paid, shipped)
      .when(commands.DeliverOrder)
      .then({ type: 'OrderDelivered', data: { orderId, by: 'margaret', at: now } });
  });

  test('an order that was never placed is not found', () => {
    given(order)().when(commands.CancelOrder).thenFails('ORDER_NOT_FOUND');
  });
});

const histories: Record<OrderStatus, readonly OrderEvent[]> = {
  PLACED: [placed],
  AWAITING_PAYMENT: [placed, reserved],
  AUTHORIZED: [placed, reserved, authorized],
  PAID: [placed, reserved, paid],
  SHIPPED: [placed, reserved, paid, shipped],
  DELIVERED: [placed, reserved, paid, shipped, delivered],
  CANCELLED: [placed, cancelled],
};

/** What a command does in a status: the status it leads to, `-` when nothing follows, or the code it fails with. */
function outcome(command: OrderCommand, history: readonly OrderEvent[]): string {
  try {
    const events = order.decide(command, history.reduce(evolve, initialState()));
    return events.length === 0 ? '-' : events.map(({ type }) => statusAfter[type]).join(', ');
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return `\`${error.code}\``;
  }
}

describe('the table of transitions', () => {
  const statuses = Object.keys(histories) as OrderStatus[];
  const cell = (text: string, width: number): string => text.padEnd(width);
  const rows = [
    ['', ...statuses],
    ...Object.values(commands).map((command) => [
      command.type,
      ...statuses.map((status) => outcome(command, histories[status])),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, i) => cell(text, widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const table = [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join(
    '\n',
  );

  test('stands in the README as the decider has it', () => {
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(table);
  });

  test('reaches every status, each from the one before', () => {
    for (const status of statuses) expect(histories[status].reduce(evolve, initialState()).status).toBe(status);
  });

  test('has no way out of an order that is delivered or cancelled', () => {
    for (const status of ['DELIVERED', 'CANCELLED'] as const)
      for (const command of Object.values(commands)) expect(outcome(command, histories[status])).toMatch(/^(-|`.+`)$/);
  });
});

import { expect, test } from '@jest/globals';
import { demoOrders, orderEventSchemas } from '@supergraph/events';
import { evolve, initialState } from '../domain/order.ts';
import { demoOrderEvents } from './demoOrderEvents.ts';

test('the history of every demo order fits the contract and ends in its status', () => {
  for (const order of demoOrders()) {
    const history = demoOrderEvents(order);
    for (const { type, data } of history) expect(orderEventSchemas[type].parse(data)).toEqual(data);
    expect(history.reduce(evolve, initialState())).toMatchObject({
      status: order.status,
      customerId: order.customerId,
      ...(order.cancelReason === null ? {} : { reason: order.cancelReason }),
    });
  }
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@supergraph/testing';
import pg from 'pg';
import { OrdersAcrossTheGraphDocument } from './generated/operations.ts';
import { inProcess } from './support/hosts.ts';
import { startSystem, type System } from './support/system.ts';

/**
 * Every statement of every service runs through this process's driver, so it can be watched there. What services do by
 * themselves all the time (relays, tasks, tailers, consumers) is told apart by the tables it touches.
 */
const byItself =
  /relay_state|\btasks\b|consumed_events|FROM events\b|pg_advisory|snapshots|^(BEGIN|COMMIT|ROLLBACK|SELECT 1)/;
let statements: string[] = [];
const send = pg.Client.prototype.query;
const watch = (): void => {
  pg.Client.prototype.query = function query(this: pg.Client, ...parameters: unknown[]) {
    const [first] = parameters;
    const text = typeof first === 'string' ? first : (first as { text?: string }).text;
    if (text !== undefined && !byItself.test(text)) statements.push(`${this.database}: ${text}`);
    return Reflect.apply(send, this, parameters) as never;
  } as typeof pg.Client.prototype.query;
};

let system: System;
beforeAll(async () => {
  watch();
  system = await startSystem('statements', inProcess);
});
afterAll(async () => {
  pg.Client.prototype.query = send;
  await system.end();
});

/** The statements that one page of orders costs, by database. */
const costOf = async (first: number): Promise<Readonly<Record<string, number>>> => {
  statements = [];
  const { orders } = await system.client.get(OrdersAcrossTheGraphDocument, { first }, 'margaret');
  expect(orders.nodes).toHaveLength(first);
  for (const order of orders.nodes) {
    expect(order.customer.email).toContain('@');
    expect(order.items.every(({ product }) => typeof product?.category.name === 'string')).toBe(true);
  }
  const counts: Record<string, number> = {};
  for (const statement of statements) {
    const database = /^test_statements_([a-z]+)_/.exec(statement)?.[1] ?? statement;
    // It looks for newly registered operations once a second, whatever is asked.
    if (database === 'gateway') continue;
    counts[database] = (counts[database] ?? 0) + 1;
  }
  return counts;
};

describe('a query that touches all four subgraphs', () => {
  test('costs as many statements for 50 orders as for 5: none of them grows with the page', async () => {
    // What services do by themselves may fall into a measurement; it can only add to it.
    await eventually(async () => {
      const few = await costOf(5);
      const many = await costOf(50);
      expect(many).toEqual(few);
      expect(Object.keys(many).toSorted()).toEqual(['orders', 'payments', 'products', 'users']);
      for (const count of Object.values(many)) expect(count).toBeLessThanOrEqual(3);
    });
  });
});

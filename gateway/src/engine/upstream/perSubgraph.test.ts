import { describe, expect, test } from '@jest/globals';
import { perSubgraph, type WrapperOf } from './perSubgraph.ts';
import type { Send, UpstreamRequest } from './send.ts';

const request = (subgraph: string): UpstreamRequest => ({
  ...{ subgraph, kind: 'query', url: new URL('http://localhost/'), headers: {}, body: '{}' },
  ...{ user: null, canary: null },
});

describe('wrappers of a subgraph', () => {
  const path: string[] = [];
  const asked: string[] = [];
  const wrapper =
    (name: string, only?: string): WrapperOf =>
    (subgraph) => {
      asked.push(`${name} ${subgraph}`);
      if (only !== undefined && only !== subgraph) return null;
      return (send) => (one, answered) => {
        path.push(name);
        return send(one, answered);
      };
    };
  const wire: Send = (one) => {
    path.push(`wire ${one.subgraph}`);
    return () => {};
  };
  const ask = (send: Send, subgraph: string): readonly string[] => {
    send(request(subgraph), () => {});
    return path.splice(0);
  };

  test('stand in their order, each only where it is on, and are asked once whoever sends', () => {
    const wrap = perSubgraph([wrapper('outer'), wrapper('orders only', 'orders'), wrapper('inner')]);
    const [first, second] = [wrap(wire), wrap(wire)];
    expect(ask(first, 'orders')).toEqual(['outer', 'orders only', 'inner', 'wire orders']);
    expect(ask(first, 'users')).toEqual(['outer', 'inner', 'wire users']);
    expect(ask(second, 'orders')).toEqual(['outer', 'orders only', 'inner', 'wire orders']);
    expect(asked).toEqual([
      ...['outer orders', 'orders only orders', 'inner orders'],
      ...['outer users', 'orders only users', 'inner users'],
    ]);
  });

  test('are none where all are off', () => {
    expect(ask(perSubgraph([() => null])(wire), 'orders')).toEqual(['wire orders']);
  });
});

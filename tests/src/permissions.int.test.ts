import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createViewerSigner, viewerHeader, type Principal } from '@supergraph/auth';
import { demoAccounts } from '@supergraph/events';
import { topology } from '@supergraph/platform';
import { accountId } from './support/client.ts';
import { inProcess } from './support/hosts.ts';
import { startSystem, type System } from './support/system.ts';

/**
 * Who may do what, as clients see it. `owner` is a customer to whom the order, the payment and the account belong;
 * `other` is another customer. A cell says what comes back: `ok` (nothing about rights: data, or what the business says
 * to it), `null` (as if unknown), or a code. Staff open other people's things, customers their own.
 */
const throughTheGateway = `
  operation        | nobody          | owner     | other           | employee           | manager            | admin              | super_admin
  me               | null            | ok        | ok              | ok                 | ok                 | ok                 | ok
  user             | null            | ok        | null            | ok                 | ok                 | ok                 | ok
  users            | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  auditLog         | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | FORBIDDEN          | FORBIDDEN          | ok                 | ok
  userOrders       | null            | ok        | null            | ok                 | ok                 | ok                 | ok
  product          | ok              | ok        | ok              | ok                 | ok                 | ok                 | ok
  withdrawnProduct | null            | null      | null            | ok                 | ok                 | ok                 | ok
  order            | UNAUTHENTICATED | ok        | null            | ok                 | ok                 | ok                 | ok
  orderPayment     | UNAUTHENTICATED | ok        | null            | ok                 | ok                 | ok                 | ok
  orders           | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  payment          | UNAUTHENTICATED | ok        | null            | ok                 | ok                 | ok                 | ok
  payments         | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  updateProfile    | UNAUTHENTICATED | ok        | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  addAddress       | UNAUTHENTICATED | ok        | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  assignEmployee   | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ROLE_NOT_GRANTABLE | ok                 | ok                 | ok
  assignAdmin      | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ROLE_NOT_GRANTABLE | ROLE_NOT_GRANTABLE | ROLE_NOT_GRANTABLE | ok
  createProduct    | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  changePrice      | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  adjustStock      | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  placeOrder       | UNAUTHENTICATED | ok        | ok              | ok                 | ok                 | ok                 | ok
  cancelOrder      | UNAUTHENTICATED | ok        | ORDER_NOT_FOUND | ok                 | ok                 | ok                 | ok
  shipOrder        | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  deliverOrder     | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | ok                 | ok                 | ok                 | ok
  capturePayment   | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | FORBIDDEN          | ok                 | ok                 | ok
  refundPayment    | UNAUTHENTICATED | FORBIDDEN | FORBIDDEN       | FORBIDDEN          | ok                 | ok                 | ok
`;

/** The same objects by the other road: as entities, asked of the subgraph itself with a signed viewer. */
const throughEntities = `
  entity         | nobody          | owner | other     | employee | manager | admin | super_admin
  User.email     | FORBIDDEN       | ok    | FORBIDDEN | ok       | ok      | ok    | ok
  User.orders    | UNAUTHENTICATED | ok    | FORBIDDEN | ok       | ok      | ok    | ok
  Product.name   | ok              | ok    | ok        | ok       | ok      | ok    | ok
  withdrawn      | null            | null  | null      | ok       | ok      | ok    | ok
  Order.total    | UNAUTHENTICATED | ok    | FORBIDDEN | ok       | ok      | ok    | ok
  Order.payment  | null            | ok    | null      | ok       | ok      | ok    | ok
  Payment.amount | UNAUTHENTICATED | ok    | FORBIDDEN | ok       | ok      | ok    | ok
`;

const accounts = {
  nobody: null,
  owner: 'carla',
  other: 'dmitri',
  employee: 'margaret',
  manager: 'linus',
  admin: 'grace',
  super_admin: 'ada',
} as const;
type Column = keyof typeof accounts;

/** The cells of a table, one a row of `test.each`. */
const cells = (table: string): readonly (readonly [row: string, column: Column, expected: string])[] => {
  const [header = [], ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.flatMap(([name = '', ...expected]) =>
    expected.map((cell, index) => [name, header[index + 1] as Column, cell] as const),
  );
};

let system: System;
/** What the operations are about. */
const things = {
  owner: accountId('carla'),
  colleague: accountId('rosa'),
  order: '',
  payment: '',
  product: '',
  withdrawn: '',
};
beforeAll(async () => {
  system = await startSystem('permissions', inProcess);
  const first = async (name: topology.SubgraphName, sql: string, params: readonly unknown[] = []) => {
    const [row] = await system.sql(name, sql, params);
    if (row === undefined) throw new Error(`The demo data has no row for: ${sql}`);
    return String(row['id']);
  };
  things.order = await first(
    'orders',
    `SELECT order_id AS id FROM orders WHERE customer_id = $1 AND status = 'DELIVERED' LIMIT 1`,
    [things.owner],
  );
  things.payment = await first('payments', 'SELECT id FROM payments WHERE order_id = $1', [things.order]);
  things.product = await first('products', 'SELECT id FROM products WHERE active ORDER BY id LIMIT 1');
  things.withdrawn = await first(
    'products',
    'UPDATE products SET active = false WHERE id = (SELECT max(id::text)::uuid FROM products) RETURNING id',
  );
});
afterAll(() => system.end());

const { owner, colleague } = things;
const price = { amount: 100, currency: 'EUR' };
const address = { recipient: 'Carla', line1: 'Example Street 1', city: 'Berlin', countryCode: 'DE' };
let unique = 0;

const operations: Readonly<Record<string, () => readonly [operation: string, input?: object]>> = {
  me: () => ['{ me { id email } }'],
  user: () => [`{ user(id: "${owner}") { id email } }`],
  users: () => ['{ users { nodes { id email } } }'],
  auditLog: () => ['{ auditLog { nodes { id } } }'],
  userOrders: () => [`{ user(id: "${owner}") { orders { nodes { id } } } }`],
  product: () => [`{ product(id: "${things.product}") { name } }`],
  withdrawnProduct: () => [`{ product(id: "${things.withdrawn}") { name } }`],
  order: () => [`{ order(id: "${things.order}") { total { amount } } }`],
  orderPayment: () => [`{ order(id: "${things.order}") { payment { amount { amount } } } }`],
  orders: () => ['{ orders { nodes { id } } }'],
  payment: () => [`{ payment(id: "${things.payment}") { amount { amount } } }`],
  payments: () => ['{ payments { nodes { id } } }'],
  updateProfile: () => ['UpdateProfileInput', { userId: owner, phone: '+49 30 5550100' }],
  addAddress: () => ['AddAddressInput', { userId: owner, address }],
  assignEmployee: () => ['AssignRolesInput', { userId: colleague, roles: ['CUSTOMER', 'EMPLOYEE'] }],
  assignAdmin: () => ['AssignRolesInput', { userId: colleague, roles: ['ADMIN'] }],
  createProduct: () => [
    'CreateProductInput',
    { sku: `NEW-${unique}`, name: 'New', description: 'New', category: 'no-such', price },
  ],
  changePrice: () => ['ChangePriceInput', { id: things.product, price: { ...price, amount: 100 + unique } }],
  adjustStock: () => [
    'AdjustStockInput',
    { id: things.product, delta: 1, reason: 'counted', idempotencyKey: `${unique}` },
  ],
  placeOrder: () => [
    'PlaceOrderInput',
    {
      items: [{ productId: things.product, quantity: 1 }],
      expectedTotal: { ...price, amount: 1 },
      paymentToken: 'tok_approve',
      idempotencyKey: `${unique}`,
    },
  ],
  cancelOrder: () => ['CancelOrderInput', { orderId: things.order }],
  shipOrder: () => ['ShipOrderInput', { orderId: things.order }],
  deliverOrder: () => ['DeliverOrderInput', { orderId: things.order }],
  capturePayment: () => ['CapturePaymentInput', { paymentId: things.payment }],
  refundPayment: () => [
    'RefundPaymentInput',
    { paymentId: things.payment, amount: { ...price, amount: 1 }, reason: 'test', idempotencyKey: `${unique}` },
  ],
};
/** Operations whose mutation has another name. */
const mutationOf: Readonly<Record<string, string>> = { assignEmployee: 'assignRoles', assignAdmin: 'assignRoles' };

const entities: Readonly<
  Record<string, () => readonly [topology.SubgraphName, type: string, id: string, fields: string]>
> = {
  'User.email': () => ['users', 'User', owner, 'email'],
  'User.orders': () => ['orders', 'User', owner, 'orders { nodes { id } }'],
  'Product.name': () => ['products', 'Product', things.product, 'name'],
  withdrawn: () => ['products', 'Product', things.withdrawn, 'name'],
  'Order.total': () => ['orders', 'Order', things.order, 'total { amount }'],
  'Order.payment': () => ['payments', 'Order', things.order, 'payment { id }'],
  'Payment.amount': () => ['payments', 'Payment', things.payment, 'amount { amount }'],
};

const aboutRights = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'ROLE_NOT_GRANTABLE',
  'ORDER_NOT_FOUND',
  'PAYMENT_NOT_FOUND',
  'USER_NOT_FOUND',
  'INTERNAL_SERVER_ERROR',
]);
type Body = Readonly<{ data?: unknown; errors?: readonly { extensions?: { code?: string } }[] }>;

/** What a cell would say of an answer. */
const verdict = ({ data, errors = [] }: Body): string => {
  const codes = errors.map(({ extensions }) => extensions?.code ?? 'no code');
  const refusal = codes.find(
    (code) => aboutRights.has(code) || code === 'no code' || code.startsWith('GRAPHQL_') || code === 'BAD_USER_INPUT',
  );
  if (refusal !== undefined) return refusal;
  if (codes.length > 0) return 'ok';
  return deepestIsNull(data) ? 'null' : 'ok';
};
/** Whether following the first field leads to null: how an answer says that there is no such thing for the viewer. */
const deepestIsNull = (value: unknown): boolean => {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'object') return false;
  const first: unknown = Object.values(value)[0];
  return Object.keys(value).length > 0 && deepestIsNull(first);
};

const eventsOfAll = async (): Promise<readonly unknown[]> =>
  Promise.all(
    topology.subgraphNames.map(
      async (name) => (await system.sql(name, 'SELECT count(*)::int AS n FROM events'))[0]?.['n'],
    ),
  );

describe('through the gateway', () => {
  test.each(cells(throughTheGateway))('%s by %s: %s', async (name, column, expected) => {
    unique += 1;
    const [operation, input] = operations[name]?.() ?? [''];
    const mutation = mutationOf[name] ?? name;
    const text =
      input === undefined ? operation : `mutation($input: ${operation}!) { ${mutation}(input: $input) { __typename } }`;
    const before = input === undefined || expected === 'ok' ? null : await eventsOfAll();
    const { data, errors } = await system.client.ask(text, { input }, accounts[column]);
    expect(verdict({ data, errors: errors as Body['errors'] & object })).toBe(expected);
    if (before !== null) expect(await eventsOfAll()).toEqual(before);
  });
});

describe('through _entities', () => {
  const principal = (column: Column): Principal => {
    const account = demoAccounts.find(({ name }) => name.toLowerCase() === accounts[column]);
    return account === undefined
      ? { kind: 'anonymous' }
      : { kind: 'user', id: account.id, roles: [account.role], scopes: null };
  };

  test.each(cells(throughEntities))('%s by %s: %s', async (name, column, expected) => {
    const [subgraph, type, id, fields] = entities[name]?.() ?? (['users', '', '', ''] as const);
    const signer = createViewerSigner({ privateKey: system.environment.keys.viewerPrivateKey });
    const response = await fetch(`${system.environment.urlOf(subgraph)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [viewerHeader]: await signer.sign(principal(column), subgraph) },
      body: JSON.stringify({
        query: `query($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`,
        variables: { r: [{ __typename: type, id }] },
      }),
    });
    const { data, errors } = (await response.json()) as { data?: { _entities?: unknown[] }; errors?: Body['errors'] };
    expect(verdict({ data: data?._entities?.[0], ...(errors === undefined ? {} : { errors }) })).toBe(expected);
  });

  test.each(topology.subgraphNames)(
    '%s answers nothing without a signed viewer, or with one meant for another',
    async (subgraph) => {
      const signer = createViewerSigner({ privateKey: system.environment.keys.viewerPrivateKey });
      const another = subgraph === 'users' ? 'orders' : 'users';
      for (const [header, code] of [
        [undefined, 'VIEWER_REQUIRED'],
        [await signer.sign(principal('super_admin'), another), 'VIEWER_INVALID'],
      ] as const) {
        const response = await fetch(`${system.environment.urlOf(subgraph)}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(header === undefined ? {} : { [viewerHeader]: header }) },
          body: JSON.stringify({ query: '{ _service { sdl } }' }),
        });
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
      }
    },
  );
});

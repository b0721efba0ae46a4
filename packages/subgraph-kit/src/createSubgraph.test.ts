import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anonymous } from '@supergraph/auth';
import { ada, admin, post, startExample, viewerFor } from '../test/exampleSubgraph.ts';
import type { Answer, Example } from '../test/exampleSubgraph.ts';
import { createSubgraph } from './createSubgraph.ts';

let example: Example;
beforeAll(async () => {
  example = await startExample();
});
afterAll(() => example.lifecycle.close());

const codes = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions['code']);
const errorLines = () => example.lines.filter(({ level }) => level === 50);

describe('a subgraph that is reached past the gateway answers nothing', () => {
  test.each([['{ whoAmI }'], ['{ _service { sdl } }'], ['{ __schema { description } }'], ['{ not valid']])(
    'to %s',
    async (query) => {
      const answer = await post(example, null, { query });
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: 'VIEWER_REQUIRED', category: 'UNAUTHENTICATED' } }],
      });
    },
  );

  test('not even that a path does not exist, or that the body is broken', async () => {
    expect((await fetch(`${example.base}/elsewhere`)).status).toBe(401);
    expect((await post(example, null, '{ broken')).status).toBe(401);
  });

  test('to a viewer that was made for another subgraph', async () => {
    const answer = await post(example, null, { query: '{ whoAmI }' }, { 'x-viewer': await viewerFor(ada, 'orders') });
    expect([answer.status, codes(answer)]).toEqual([401, ['VIEWER_INVALID']]);
  });

  test('but says whether it is alive', async () => {
    expect((await fetch(`${example.base}/health/live`)).status).toBe(200);
    expect((await fetch(`${example.base}/health/ready`)).status).toBe(200);
  });
});

describe('a request', () => {
  test('is answered as the viewer that the gateway signed', async () => {
    const { body } = await post(example, ada, { query: '{ whoAmI }' });
    expect(JSON.parse(String(body.data?.['whoAmI']))).toEqual(ada);
  });

  test('passes its id and its trace on to what it causes, and gets its id back', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const { body, headers } = await post(
      example,
      ada,
      { query: '{ cause }' },
      { 'x-request-id': 'req-1', traceparent },
    );
    expect(headers.get('x-request-id')).toBe('req-1');
    expect(JSON.parse(String(body.data?.['cause']))).toEqual({
      userId: 'ada',
      correlationId: 'req-1',
      causationId: null,
      traceparent,
    });
  });

  test('with an id or a trace that is none gets an id of its own', async () => {
    const { body, headers } = await post(
      example,
      anonymous,
      { query: '{ cause }' },
      { 'x-request-id': 'a b"c', traceparent: 'x' },
    );
    const made = headers.get('x-request-id');
    expect(made).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.parse(String(body.data?.['cause']))).toEqual({ userId: null, correlationId: made, causationId: null });
  });

  test('has loaders of its own: one batch for all its references, nothing left for the next one', async () => {
    example.batches.length = 0;
    const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Note { id text again } } }`;
    const refs = ['n1', 'n2', 'n9', 'n1'].map((id) => ({ __typename: 'Note', id }));
    const { body } = await post(example, admin, { query, variables: { refs } });
    expect(body.data?.['_entities']).toMatchObject([{ text: 'mine' }, { text: 'his' }, null, { again: 'mine' }]);
    expect(example.batches).toEqual([['n1', 'n2', 'n9']]);
    await post(example, admin, { query, variables: { refs } });
    expect(example.batches).toHaveLength(2);
  });
});

describe('the policy', () => {
  test('holds on the road through _entities too', async () => {
    const query = `{ _entities(representations: [{ __typename: "Note", id: "n1" }, { __typename: "Note", id: "n2" }]) { ... on Note { id text } } }`;
    const answer = await post(example, ada, { query });
    expect(answer.body.data).toEqual({
      _entities: [
        { id: 'n1', text: 'mine' },
        { id: 'n2', text: null },
      ],
    });
    expect(answer.body.errors).toMatchObject([
      { path: ['_entities', 1, 'text'], extensions: { code: 'FORBIDDEN', category: 'FORBIDDEN' } },
    ]);
  });

  test('tells nobody from somebody who may not', async () => {
    expect(codes(await post(example, anonymous, { query: 'mutation { addNote(text: "x") { id } }' }))).toEqual([
      'UNAUTHENTICATED',
    ]);
    expect(codes(await post(example, ada, { query: '{ note(id: "n2") { text } }' }))).toEqual(['FORBIDDEN']);
  });

  test('that forgets a type does not start', async () => {
    const { lifecycle, metrics } = example;
    const start = createSubgraph({
      name: 'forgetful',
      typeDefs: 'type Query { note: Note } type Note { id: ID! }',
      resolvers: {},
      permissions: { Query: {} },
      context: (scope) => scope,
      viewerPublicKey: '',
      port: 0,
      host: '127.0.0.1',
      metrics,
      checks: {},
      log: { error: () => undefined } as never,
      lifecycle,
    });
    await expect(start).rejects.toThrow();
  });
});

describe('an error', () => {
  test('of the domain gives its code, category and details, and its place', async () => {
    const { status, body } = await post(example, ada, { query: '{ fail(how: "domain") }' });
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { fail: null },
      errors: [
        {
          message: 'Only a placed order can be paid.',
          path: ['fail'],
          locations: [{ line: 1, column: 3 }],
          extensions: { code: 'ORDER_NOT_PAYABLE', category: 'CONFLICT', status: 'PAID' },
        },
      ],
    });
    expect(errorLines()).toEqual([]);
  });

  test('of a database that is away says so and hides the rest', async () => {
    const { body } = await post(example, ada, { query: '{ fail(how: "database") }' });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'DATABASE_UNAVAILABLE', category: 'UNAVAILABLE' });
    expect(JSON.stringify(body)).not.toContain('ECONNREFUSED');
  });

  test('that nobody expected is masked, and logged once with its id, its request and its cause', async () => {
    example.lines.length = 0;
    const query = '{ fail(how: "bug") }';
    const { body } = await post(example, ada, { query }, { 'x-request-id': 'req-bug' });
    const [error] = body.errors ?? [];
    expect(error?.extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      category: 'INTERNAL',
      errorId: expect.any(String),
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(errorLines()).toEqual([
      expect.objectContaining({
        errorId: error?.extensions['errorId'],
        requestId: 'req-bug',
        service: 'notes',
        err: expect.objectContaining({ type: 'TypeError', stack: expect.stringContaining('exampleSubgraph') }),
      }),
    ]);
  });

  test.each<[string, unknown, number, string]>([
    ['JSON that is none', '{"query": ', 400, 'MALFORMED_JSON'],
    ['an empty body', '', 400, 'MALFORMED_JSON'],
    ['a poisoned body', '{"__proto__": {"x": 1}, "query": "{ whoAmI }"}', 400, 'MALFORMED_JSON'],
    ['a body that is too large', { query: `{ whoAmI } #${'x'.repeat(1024 * 1024)}` }, 413, 'REQUEST_TOO_LARGE'],
    ['no query', {}, 400, 'BAD_REQUEST'],
    ['a query that does not parse', { query: '{ whoAmI' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a query that does not fit', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a wrong variable',
      { query: 'query ($by: Int!) { later(by: $by) }', variables: { by: 'x' } },
      400,
      'BAD_USER_INPUT',
    ],
    ['a missing variable', { query: 'query ($by: Int!) { later(by: $by) }' }, 400, 'BAD_USER_INPUT'],
    [
      'a wrong time',
      { query: 'query ($t: DateTime!) { at(time: $t) }', variables: { t: '2026-02-30T00:00:00Z' } },
      400,
      'BAD_USER_INPUT',
    ],
    [
      'two operations and no name',
      { query: 'query A { whoAmI } query B { whoAmI }' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a persisted query',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ])('of a request with %s has a code', async (_, body, status, code) => {
    const answer = await post(example, ada, body);
    expect([answer.status, codes(answer)]).toEqual([status, [code]]);
  });

  test('of a request in another format has a code', async () => {
    const answer = await post(example, ada, 'query=x', { 'content-type': 'text/csv' });
    expect([answer.status, codes(answer)]).toEqual([415, ['BAD_REQUEST']]);
  });
});

test.each(['/graphql', '/elsewhere'])(
  'a GET of %s has nothing to find, in a form that a client can read',
  async (path) => {
    const response = await fetch(`${example.base}${path}`, { headers: { 'x-viewer': await viewerFor(ada) } });
    expect([response.status, await response.json()]).toEqual([
      404,
      { errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST', category: 'INVALID' } }] },
    ]);
  },
);

describe('the schema', () => {
  test('is shown where introspection is on, and not where it is off, but always to the gateway', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await post(example, anonymous, { query })).body.errors).toBeUndefined();
    const closed = await startExample({ introspection: false });
    try {
      expect(codes(await post(closed, admin, { query }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
      expect((await post(closed, anonymous, { query: '{ _service { sdl } }' })).body.data).toMatchObject({
        _service: { sdl: expect.stringContaining('type Note') },
      });
    } finally {
      await closed.lifecycle.close();
    }
  });
});

test('operations are counted by name and outcome', async () => {
  await post(example, ada, { query: 'query Mine { note(id: "n1") { text } }' });
  await post(example, ada, { query: 'query His { note(id: "n2") { text } }' });
  const text = await example.metrics.registry.metrics();
  expect(text).toContain('graphql_operations_total{operation="Mine",outcome="ok",service="notes"} 1');
  expect(text).toContain('graphql_operations_total{operation="His",outcome="FORBIDDEN",service="notes"} 1');
  expect(text).toMatch(/graphql_operation_seconds_count\{operation="Mine",service="notes"\} 1/);
});

describe('readiness', () => {
  test('is lost while something it needs is away, and the reason stays in the log', async () => {
    let away = true;
    const database = () => (away ? Promise.reject(new Error('connect ECONNREFUSED db:5432')) : Promise.resolve());
    const dependent = await startExample({ checks: { database } });
    const ready = async () => {
      const response = await fetch(`${dependent.base}/health/ready`);
      return [response.status, await response.json()];
    };
    try {
      expect(await ready()).toEqual([503, { status: 'unavailable', checks: { database: 'failed' } }]);
      expect(JSON.stringify(dependent.lines)).toContain('ECONNREFUSED db:5432');
      away = false;
      expect(await ready()).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
    } finally {
      await dependent.lifecycle.close();
    }
  });
});

test('a subgraph that is told to stop finishes the requests it has', async () => {
  const ending = await startExample();
  const answer = post(ending, ada, { query: '{ hang }' });
  while (!ending.isHanging()) await new Promise(setImmediate);
  const closed = ending.lifecycle.close();
  ending.release();
  expect((await answer).body).toEqual({ data: { hang: 1 } });
  await closed;
  await expect(fetch(`${ending.base}/health/live`)).rejects.toThrow();
});

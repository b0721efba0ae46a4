import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { startLibrary } from '../../test/library.ts';
import { composed, startTestGateway, until, type Answer, type TestGateway } from '../../test/startTestGateway.ts';

let library: Awaited<ReturnType<typeof startLibrary>>;
let compiled: TestGateway;
let apollo: TestGateway;

beforeAll(async () => {
  library = await startLibrary();
  const sdl = composed(library);
  compiled = await startTestGateway(sdl, { engine: 'compiled' });
  apollo = await startTestGateway(sdl, { engine: 'apollo' });
});
beforeEach(() => {
  for (const { requests } of Object.values(library)) requests.length = 0;
});
afterAll(async () => {
  await Promise.all([compiled.close(), apollo.close()]);
  await Promise.all(Object.values(library).map(({ close }) => close()));
});

const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<Answer['body']> =>
  (await compiled.post({ query, variables })).body;

describe('answers what @apollo/gateway answers', () => {
  test.each<[string, string, Record<string, unknown>?]>([
    ['entities in entities', '{ books { title author { name reviews { id about { id title } } } } }'],
    ['an entity by its other key', '{ cheapest { isbn title id author { name } } }'],
    ['what a field requires', '{ books { title shipping } }'],
    ['what a path provides', '{ latest { id by { name id } } }'],
    ['an interface', '{ media { __typename id title ... on Film { minutes } ... on Book { isbn price } } }'],
    ['an interface without any type asked for', '{ media { title } }'],
    ['a union', '{ items { __typename ... on Book { title price } ... on Film { title } } }'],
    ['a union by an interface', '{ items { ... on Media { id title } ... on Film { minutes } } }'],
    ['fields of an interface object', '{ media { id reviews { text } stars } }'],
    ['fields of an interface object on one type', '{ books { reviews { id } } media { ... on Film { stars } } }'],
    ['the types behind an interface object', '{ reviewed { __typename id title ... on Book { isbn price } } }'],
    [
      'types behind an interface object, deep',
      '{ latest { about { __typename ... on Film { minutes } reviews { id } } } }',
    ],
    ['the type alone, under another name', '{ media { what: __typename } }'],
    ['fragments that no type can meet', '{ items { ... on Book { ... on Media { ... on Film { id } } } } }'],
    [
      'named fragments that no type can meet',
      '{ authors { id } media { ... on Book { ...M } } } fragment M on Media { ...F } fragment F on Film { minutes }',
    ],
    ['lists of lists', '{ matrix { title price author { name } } }'],
    [
      'fragments in fragments',
      '{ ...A } fragment A on Query { books { ...B } } fragment B on Book { id ...C } fragment C on Book { price }',
    ],
    [
      'fields named twice',
      '{ books { author { id } author { name } ... on Book { author { awards { year } } } size { width } size { height } } }',
    ],
    ['__typename everywhere', '{ __typename books { __typename author { __typename awards { __typename } } } }'],
    ['aliases', '{ a: books { t: title p: price(currency: "USD") price } b: book(id: "b1") { title: isbn } }'],
    [
      'variables with defaults',
      'query ($c: String = "USD", $id: ID! = "b2") { book(id: $id) { price(currency: $c) } }',
    ],
    ['null for a variable', 'query ($c: String = "USD") { books { price(currency: $c) } }', { c: null }],
    [
      'input objects',
      'query ($s: Search!) { search(by: $s) { title } }',
      { s: { years: 3, nested: { title: 'Emma' } } },
    ],
    [
      'input objects with variables in them',
      'query ($t: String) { search(by: { title: $t }) { title price } }',
      { t: 'Emma' },
    ],
    ['input objects that leave everything to defaults', 'query ($s: Search!) { search(by: $s) { title } }', { s: {} }],
    ['ids that are numbers', 'query ($id: ID!) { book(id: $id) { title } }', { id: 1 }],
    [
      'conditions that hold',
      'query ($y: Boolean!) { books { title @include(if: $y) price @skip(if: $y) } }',
      { y: true },
    ],
    [
      'conditions that do not',
      'query ($y: Boolean!) { books { title @include(if: $y) price @skip(if: $y) } }',
      { y: false },
    ],
    ['conditions that leave nothing', 'query ($y: Boolean!) { books @include(if: $y) { id } }', { y: false }],
    [
      'objects that conditions leave empty',
      'query ($y: Boolean!) { books { author { id @include(if: $y) } } }',
      { y: false },
    ],
    [
      'conditions on fragments',
      'query ($y: Boolean = true) { media { ... on Film @skip(if: $y) { minutes } ...M @include(if: $y) } } fragment M on Media { stars }',
    ],
    ['introspection', '{ __schema { queryType { name } types { name } } t: __type(name: "Book") { fields { name } } }'],
    [
      'introspection beside data',
      'query ($n: String!) { __type(name: $n) { kind } books { id } __typename }',
      { n: 'Media' },
    ],
    [
      'introspection in a fragment',
      '{ ...F } fragment F on Query { __type(name: "Genre") { enumValues { name } } books { id } }',
    ],
    ['a mutation', 'mutation { addBook(title: "New") { title price } }'],
    [
      'mutations in a row',
      'mutation { a: addBook(title: "A") { title price } discount(isbn: "isbn1", percent: 5) { title } retitle(id: "b2", title: "E") { title reviews { id } } }',
    ],
    ['an entity that its subgraph does not know', '{ book(id: "b3") { title price } }'],
    ['nothing found', '{ book(id: "none") { title price author { name } } }'],
  ])('%s', async (_name, query, variables = {}) => {
    const [ours, theirs] = await Promise.all([compiled.post({ query, variables }), apollo.post({ query, variables })]);
    expect(ours.body).toEqual(theirs.body);
    expect(ours.status).toBe(200);
    // Equal objects may still have their keys in another order.
    expect(JSON.stringify(ours.body.data)).toBe(JSON.stringify(theirs.body.data));
    expect(ours.body.errors).toBeUndefined();
  });
});

test('a field that requires another with arguments is not given what the client asked of it', async () => {
  // @apollo/gateway sends 1000 here: the client's weight has the key that the requirement reads.
  const { data } = await ask('{ book(id: "b1") { weight(unit: "g") shipping again: weight(unit: "kg") } }');
  expect(data?.['book']).toEqual({ weight: 1000, shipping: '1 kg, 3 wide', again: 1 });
});

describe('aliases', () => {
  test('may be the names of the fields that entities are found by', async () => {
    const { data } = await ask('{ books { isbn: title id: isbn price __typename: weight } }');
    expect(data?.['books']).toEqual([
      { isbn: 'Dune', id: 'isbn1', price: 10, __typename: 1000 },
      { isbn: 'Emma', id: 'isbn2', price: 20, __typename: 2000 },
      { isbn: 'Ulysses', id: 'isbn3', price: null, __typename: 3000 },
    ]);
  });

  test('may mean other fields for other types', async () => {
    const { data } = await ask('{ media { ... on Book { x: weight } ... on Film { x: minutes } } }');
    expect(data?.['media']).toEqual([{ x: 1000 }, { x: 2000 }, { x: 3000 }, { x: 117 }, null]);
  });

  test('may be names that every object has', async () => {
    const query = '{ constructor: book(id: "b1") { __proto__: title toString: price hasOwnProperty: id } }';
    const response = await compiled.post({ query });
    expect(JSON.stringify(response.body)).toBe(
      '{"data":{"constructor":{"__proto__":"Dune","toString":10,"hasOwnProperty":"b1"}}}',
    );
  });
});

describe('null', () => {
  test('goes up to the nearest place that may be null, with an error where it was', async () => {
    const { data, errors } = await ask(
      '{ one: book(id: "b1") { strict } two: book(id: "b2") { id author { name motto } } }',
    );
    expect(data).toEqual({ one: { strict: 'yes' }, two: { id: 'b2', author: null } });
    expect(errors?.map(({ path }) => path)).toEqual([['two', 'author', 'motto']]);
  });

  test('in a list of what may not be null takes the list', async () => {
    const { data } = await ask('{ books { id anyway { width } } }');
    expect(data?.['books']).toMatchObject([{ anyway: [{ width: 3 }] }, { id: 'b2', anyway: null }, {}]);
  });

  test('at the top takes everything', async () => {
    expect((await ask('{ books { strict } }')).data).toBeNull();
  });

  test('takes the place of a value that clients must not see', async () => {
    const { data, errors } = await ask('{ genres hidden { __typename } }');
    expect(data).toEqual({ genres: ['NOVEL', null], hidden: [{ __typename: 'Book' }, null] });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['genres', 1],
      ['hidden', 1],
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/SECRET|Secret/);
  });
});

describe('errors of entities', () => {
  test('are at every place that shows the entity, under the names that the client gave', async () => {
    const { data, errors } = await ask(
      '{ all: books { p: price(currency: "XXX") } again: books { p: price(currency: "XXX") } }',
    );
    expect(data).toMatchObject({ all: [{ p: 20 }, { p: null }, { p: null }], again: [{ p: 20 }, { p: null }, {}] });
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ['all', 1, 'p'],
        ['again', 1, 'p'],
      ]),
    );
    expect(errors).toHaveLength(2);
    expect(errors?.[0]?.extensions).toEqual({
      code: 'CURRENCY_MISMATCH',
      category: 'INVALID',
      serviceName: 'prices',
    });
  });
});

describe('fetches', () => {
  const representations = (subgraph: keyof typeof library): unknown[] =>
    library[subgraph].requests.flatMap(({ variables }) => Object.values(variables ?? {}));

  test('ask for each entity once, however often it is in the answer', async () => {
    await ask('{ latest { by { motto } about { id title } } }');
    expect(representations('authors')).toEqual([
      [
        { __typename: 'Author', id: 'a1' },
        { __typename: 'Author', id: 'a2' },
      ],
    ]);
    expect(representations('catalog')).toEqual([
      [
        { __typename: 'Media', id: 'b1' },
        { __typename: 'Media', id: 'f1' },
      ],
    ]);
  });

  test('of clients who ask the same at the same time are one', async () => {
    await Promise.all([
      ask('{ authors { name } }'),
      ask('{ authors { name } }'),
      ask('query Other { authors { name } }'),
    ]);
    expect(library.authors.requests.length).toBeLessThan(3);
  });

  test('are not made for places that are empty', async () => {
    await ask('{ book(id: "none") { price } }');
    expect(library.prices.requests).toEqual([]);
  });

  test('of a mutation come one after the other, each with its entities', async () => {
    const seen: string[] = [];
    for (const subgraph of [library.catalog, library.prices]) {
      subgraph.requests.push = (request) => seen.push(/_entities|addBook|retitle/.exec(request.query)?.[0] ?? '');
    }
    await ask('mutation { addBook(title: "A") { price } retitle(id: "b1", title: "B") { price } }');
    for (const subgraph of [library.catalog, library.prices]) Reflect.deleteProperty(subgraph.requests, 'push');
    expect(seen).toEqual(['addBook', '_entities', 'retitle', '_entities']);
  });

  test('are given up when the client goes', async () => {
    library.authors.answerWith('silence');
    // A connection of its own, so that nothing else hangs on it.
    const client = request(`${compiled.url}/graphql`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
    });
    client.on('error', () => {});
    client.end(JSON.stringify({ query: '{ authors { id motto } }' }));
    await until(() => library.authors.requests.length === 1);
    const cut = new Promise((resolve) => library.authors.requests[0]?.onClose(() => resolve('cut')));
    client.destroy();
    expect(await cut).toBe('cut');
    library.authors.answerWith(undefined);
  });
});

import { startFakeSubgraph, type FakeSubgraph } from './fakeSubgraph.ts';

const link = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imports)})`;

const catalogSdl = `${link('@key', '@shareable', '@inaccessible')}
type Query {
  books: [Book!]!  book(id: ID!): Book  media: [Media]  items: [Item]  matrix: [[Book]]  genres: [Genre]
  search(by: Search!): [Book!]  hidden: [Item]
}
type Mutation { addBook(title: String!): Book  retitle(id: ID!, title: String!): Book }
input Search { title: String = "Dune"  years: [Int!]  nested: Search }
enum Genre { NOVEL  SECRET @inaccessible }
interface Media @key(fields: "id") { id: ID!  title: String }
type Book implements Media @key(fields: "id") @key(fields: "isbn") {
  id: ID!  isbn: String!  title: String  weight(unit: String = "g"): Int  size: Size  author: Author  strict: String!
  anyway: [Size!]
}
type Film implements Media @key(fields: "id") { id: ID!  title: String  minutes: Int }
type Secret @inaccessible { name: String }
union Item = Book | Film | Secret
type Size @shareable { width: Int  height: Int }
type Author @key(fields: "id") { id: ID! }`;

const pricesSdl = `${link('@key', '@shareable', '@requires', '@external')}
type Query { cheapest: Book }
type Mutation { discount(isbn: String!, percent: Int!): Book }
type Book @key(fields: "isbn") {
  isbn: String!  price(currency: String = "EUR"): Int
  weight(unit: String = "g"): Int @external  size: Size @external
  shipping: String @requires(fields: "weight(unit: \\"kg\\") size { width }")
}
type Size @shareable { width: Int  height: Int }`;

const reviewsSdl = `${link('@key', '@shareable', '@provides', '@external', '@interfaceObject')}
type Query { latest: [Review]  reviewed: [Media] }
type Media @key(fields: "id") @interfaceObject { id: ID!  reviews: [Review!]!  stars(round: Boolean = false): Float }
type Review @key(fields: "id") { id: ID!  text: String  about: Media  by: Author @provides(fields: "name") }
type Author @key(fields: "id") { id: ID!  name: String @external  reviews: [Review] }`;

const authorsSdl = `${link('@key', '@shareable')}
type Query { authors: [Author] }
type Author @key(fields: "id") { id: ID!  name: String @shareable  motto: String!  awards: [Award] }
type Award { year: Int!  name: String }`;

type Row = Record<string, unknown>;
const size = { width: 3, height: 4 };
const books: Row[] = ['Dune', 'Emma', 'Ulysses'].map((title, index) => ({
  __typename: 'Book',
  id: `b${index + 1}`,
  isbn: `isbn${index + 1}`,
  title,
  size: index === 2 ? null : size,
  author: { id: index === 1 ? 'a2' : 'a1' },
  weightOf: (unit: string) => (unit === 'kg' ? index + 1 : (index + 1) * 1000),
  strict: index === 1 ? null : 'yes',
  anyway: index === 1 ? [size, null] : [size],
}));
const films: Row[] = [{ __typename: 'Film', id: 'f1', title: 'Alien', minutes: 117 }];
const media = [...books, ...films];
const find = (rows: Row[], key: string, value: unknown) => rows.find((row) => row[key] === value) ?? null;
const review = (id: string, about: string, by: string) => ({
  id,
  text: `Text "${id}"\n`,
  about: { id: about, __typename: 'Media' },
  by: { id: by, name: `Name ${by}` },
});
const reviews = [review('r1', 'b1', 'a1'), review('r2', 'b1', 'a2'), review('r3', 'f1', 'a1')];

/** Four subgraphs that use what federation has: several keys, @requires, @provides, abstract types, interface objects. */
export const startLibrary = async (): Promise<Record<'catalog' | 'prices' | 'reviews' | 'authors', FakeSubgraph>> => ({
  catalog: await startFakeSubgraph(catalogSdl, {
    Query: {
      books: () => books,
      book: (_: unknown, { id }: Row) => find(books, 'id', id),
      media: () => [...media, null],
      items: () => media,
      hidden: () => [books[0], { __typename: 'Secret', name: 's' }],
      matrix: () => [[books[0], null], null, [books[1], books[2]]],
      genres: () => ['NOVEL', 'SECRET'],
      search: (_: unknown, { by }: { by: { title: string; years?: number[]; nested?: Row } }) =>
        books.filter(({ title }) => title === by.title || title === by.nested?.['title']),
    },
    Mutation: {
      addBook: (_: unknown, { title }: Row) => ({ ...books[0], title }),
      retitle: (_: unknown, { id, title }: Row) => ({ ...find(books, 'id', id), title }),
    },
    Media: { __resolveReference: ({ id }: Row) => find(media, 'id', id) },
    Book: {
      __resolveReference: ({ id, isbn }: Row) => find(books, id === undefined ? 'isbn' : 'id', id ?? isbn),
      weight: ({ weightOf }: { weightOf: (unit: string) => number }, { unit }: { unit: string }) => weightOf(unit),
    },
    Film: { __resolveReference: ({ id }: Row) => find(films, 'id', id) },
  }),
  prices: await startFakeSubgraph(pricesSdl, {
    Query: { cheapest: () => ({ isbn: 'isbn2' }) },
    Mutation: { discount: (_: unknown, { isbn }: Row) => ({ isbn }) },
    Book: {
      __resolveReference: (reference: Row) => (reference['isbn'] === 'isbn3' ? null : reference),
      price: ({ isbn }: { isbn: string }, { currency }: { currency: string }) =>
        isbn === 'isbn2' && currency === 'XXX'
          ? Promise.reject(Object.assign(new Error('No such currency.'), { extensions: { code: 'CURRENCY_MISMATCH' } }))
          : Number(isbn.slice(4)) * (currency === 'EUR' ? 10 : 20),
      shipping: ({ weight, size: given }: { weight: number; size: Row | null }) =>
        `${weight} kg, ${String(given?.['width'])} wide`,
    },
  }),
  reviews: await startFakeSubgraph(reviewsSdl, {
    Query: { latest: () => reviews, reviewed: () => [{ id: 'b1' }, { id: 'f1' }] },
    Media: {
      __resolveReference: (reference: Row) => reference,
      reviews: ({ id }: Row) => reviews.filter(({ about }) => about.id === id),
      stars: ({ id }: { id: string }) => id.charCodeAt(0) / 7,
    },
    Author: {
      __resolveReference: (reference: Row) => reference,
      reviews: ({ id }: Row) => reviews.filter(({ by }) => by.id === id),
    },
  }),
  authors: await startFakeSubgraph(authorsSdl, {
    Query: { authors: () => ['a1', 'a2'].map((id) => ({ id, name: `Name ${id}`, motto: 'Go', awards: [] })) },
    Author: {
      __resolveReference: ({ id }: Row) => ({
        id,
        name: `Name ${String(id)}`,
        motto: id === 'a2' ? null : 'Go',
        awards: [{ year: 1999, name: 'A' }],
      }),
    },
  }),
});

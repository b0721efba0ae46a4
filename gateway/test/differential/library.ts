import type { Subgraphs } from './subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible"])';

/**
 * What gateways are known to get wrong: @provides on interfaces, @requires with arguments and with fragments, keys with
 * objects in them, keys that may be null, progressive @override, types and enum values that clients may not see, and
 * mutations of several subgraphs whose effects show in what is fetched between them (`writes`).
 */
export const library: Subgraphs = {
  catalog: `${link}
    type Query { media(kind: Kind): [Media]  medium(id: ID!): Media  pick: Pick  copies(first: Int = 2): [Copy!] }
    type Mutation { addBook(title: String!): Book  addFilms(titles: [String!]): [Film!]! }
    enum Kind { BOOK FILM HIDDEN @inaccessible }
    enum Unit { MM CM }
    union Pick = Book | Film | Maker | Draft
    interface Media { id: ID!  title: String  kind: Kind  kinds: [Kind!]  maker: By  writes: Int! }
    union By = Maker | House
    type Book implements Media @key(fields: "id") {
      id: ID!  title: String @shareable  kind: Kind  kinds: [Kind!]  maker: By  writes: Int! @shareable
      width(unit: Unit = MM): Int!  pages: Int!  sequel: Book  format: Format
    }
    type Film implements Media @key(fields: "id") {
      id: ID!  title: String @shareable  kind: Kind  kinds: [Kind!]  maker: By  writes: Int! @shareable  minutes: Int
    }
    type Draft implements Media @key(fields: "id") @inaccessible {
      id: ID!  title: String  kind: Kind  kinds: [Kind!]  maker: By  writes: Int!
    }
    type Format { depth: Int  name: String! }
    type Maker @key(fields: "id") { id: ID!  email: String @shareable  name: String! }
    type House @key(fields: "id") { id: ID!  city: String  makers: [Maker] }
    type Shelf @key(fields: "code") { code: ID!  room: String }
    type Copy @key(fields: "number shelf { code }") { number: Int!  shelf: Shelf!  of: Media!  note: String }`,

  store: `${link}
    type Query { featured: [Media] @provides(fields: "... on Book { title } ... on Film { title }")  shelves: [Shelf] }
    type Mutation { stock(id: ID!): Copy  clear: Int! }
    enum Unit { MM CM }
    interface Media { id: ID!  title: String }
    union By = Maker | House
    type Book implements Media @key(fields: "id") {
      id: ID!  title: String @external  price: Int
      width(unit: Unit = MM): Int! @external
      maker: By @external
      format: Format @external
      pages: Int! @override(from: "catalog", label: "percent(40)")
      parcel: String @requires(fields: "width(unit: CM) format { depth }")
      label: String @requires(fields: "maker { ... on Maker { name } ... on House { city } }")
      writes: Int! @shareable
    }
    type Film implements Media @key(fields: "id") { id: ID!  title: String @external  price: Int }
    type Maker @key(fields: "id", resolvable: false) { id: ID!  name: String! @external }
    type House @key(fields: "id", resolvable: false) { id: ID!  city: String @external }
    type Format { depth: Int @external }
    type Shelf @key(fields: "code") { code: ID!  copies: [Copy] }
    type Copy @key(fields: "number shelf { code }") { number: Int!  shelf: Shelf!  lent: Boolean  media: [Media!] @provides(fields: "... on Book { title } ... on Film { title }") }`,

  people: `${link}
    type Query { books: [Book!] }
    type Mutation { follow(id: ID!): Book }
    type Maker @key(fields: "email") { email: String @shareable  followers: Int  best: Book }
    type Book @key(fields: "id") { id: ID!  fans: Int  writes: Int! @shareable }`,
};

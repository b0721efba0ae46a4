import { contexts } from './contexts.ts';
import { library } from './library.ts';
import type { Subgraphs } from './subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@inaccessible"])';

/** Subgraphs that between them use what a gateway can get wrong; the values are made up by `createWorld`. */
const all = {
  catalog: `${link}
    type Query {
      product(id: ID!): Product
      products(first: Int = 3, filter: ProductFilter): [Product!]!
      nodes(kinds: [Kind!]): [Node]
      category(slug: ID!): Category
      search(input: SearchInput!): [Hit!]
    }
    enum Kind { PRODUCT CATEGORY ANY }
    enum Lang { EN DE FR SECRET @inaccessible }
    input ProductFilter { name: String  kinds: [Kind!] = [ANY]  size: SizeFilter }
    input SizeFilter { least: Int = 1  most: Int }
    input SearchInput { text: String!  lang: Lang = DE  not: SearchInput }
    interface Node { id: ID! }
    union Hit = Product | Category
    union Thing = Product | Category
    type Product implements Node @key(fields: "id") @key(fields: "sku") {
      id: ID!  sku: String!  name: String  title(lang: Lang = EN): String!
      tags: [String!]  matrix: [[Int]]  size: Size  lengths: [Size!]
      category: Category  related(first: Int = 2): [Product!]  weight: Float  brand: String
    }
    type Size @shareable { height: Int!  width: Int }
    type Category implements Node @key(fields: "id") @key(fields: "slug") {
      id: ID!  slug: ID!  name: String!  parent: Category  products: [Product]  things: [Thing]
    }`,

  inventory: `${link}
    type Query { warehouses: [Warehouse] }
    type Product @key(fields: "id") {
      id: ID!
      weight: Float @external
      size: Size @external
      category: Category @external
      brand: String @override(from: "catalog")
      stock: Int!
      inStock(country: String, since: Instant): Boolean
      shipping: Int @requires(fields: "weight size { height width }")
      aisle: String @requires(fields: "category { name }")
      warehouse: Warehouse!
    }
    type Size @shareable { height: Int!  width: Int }
    type Category @key(fields: "id", resolvable: false) { id: ID!  name: String! @external }
    type Warehouse @key(fields: "country code") { country: String!  code: Int!  name: String  products: [Product!]! }
    scalar Instant`,

  pricing: `${link}
    type Query { cheapest: Product }
    type Product @key(fields: "id") {
      id: ID!
      shipping: Int @external
      tags: [String!] @external
      price(currency: Currency! = EUR): Money
      total: Float @requires(fields: "shipping tags")
    }
    type Money { amount: Int!  currency: Currency!  text(long: Boolean): String }
    enum Currency { EUR USD }
    type Warehouse @key(fields: "country code") { country: String!  code: Int!  rent: Money! }`,

  users: `${link}
    type Query { me: User  user(id: ID!): User  accounts(role: Role): [Account!]!  actor: Actor }
    type Mutation { renameUser(id: ID!, name: String!): User  mergeUsers(ids: [ID!]!): [User!] }
    enum Role { ADMIN STAFF BUYER }
    interface Node { id: ID! }
    interface Account @key(fields: "id") { id: ID!  name: String  email: String }
    union Actor = User | Bot
    type User implements Account & Node @key(fields: "id") {
      id: ID!  name: String @shareable  email: String  role: Role!  friends(first: Int): [User]  address: Address
      actors: [Actor!]
    }
    type Bot implements Account @key(fields: "id") { id: ID!  name: String  email: String  owner: User! version: Int }
    type Address { street: String!  city: String  geo: [Float!]! }`,

  reviews: `${link}
    type Query { review(id: ID!): Review  reviews: [Review!] }
    type Mutation { addReview(input: ReviewInput!): Review! }
    input ReviewInput { sku: String!  body: String = "none"  rating: Int! }
    union Thing = Product | Review
    union Subject = User | Product
    type Review @key(fields: "id") {
      id: ID!  body: String  rating: Int!  product: Product!  about: Thing  subject: Subject
      author: User @provides(fields: "name")
    }
    type User @key(fields: "id") { id: ID!  name: String @external  reviews(first: Int = 2): [Review] }
    type Product @key(fields: "sku") { sku: String!  reviews(first: Int = 2): [Review!]!  rating: Float }`,

  audit: `${link}
    type Query { latest: [Account] }
    type Account @key(fields: "id") @interfaceObject { id: ID!  lastSeen: String  score: Int  devices: [Device!] }
    type Device { label: String!  owner: Account }`,
} as const;

const { audit: _audit, ...withoutAudit } = all;

const withoutRequires = (sdl: string): string =>
  sdl
    .replaceAll(/^ *\w+: \w+ @requires\(.*\n/gm, '')
    .replaceAll(/^ *(weight|size|category|shipping|tags): \S+ @external\n/gm, '');

/** Subgraphs, and how many operations the usual run generates for them. */
export type Suite = Readonly<{ subgraphs: Subgraphs; operations: number }>;

/**
 * The supergraphs that operations are generated for. `hard` has an @interfaceObject and a @requires of a field that has
 * one itself, `plain` a @requires but none of that; `basic` has neither. `contexts` has @context
 * and @fromContext.
 */
export const supergraphs: Readonly<Record<'basic' | 'plain' | 'hard' | 'library' | 'contexts', Suite>> = {
  basic: {
    operations: 1_000,
    subgraphs: {
      ...withoutAudit,
      pricing: withoutRequires(all.pricing),
      inventory: withoutRequires(all.inventory).replace(/^ *type Category .*\n/m, ''),
    },
  },
  plain: {
    operations: 2_000,
    subgraphs: {
      ...withoutAudit,
      pricing: all.pricing
        .replace('@requires(fields: "shipping tags")', '@requires(fields: "tags")')
        .replace('shipping: Int @external', ''),
    },
  },
  hard: {
    operations: 3_000,
    subgraphs: {
      ...all,
      // Products that are reached within the subgraph whose field another requires are what no planner can do: see
      // planner.test.ts.
      inventory: all.inventory.replace('name: String  products: [Product!]!', 'name: String'),
      pricing: all.pricing.replace('rent: Money!', 'rent: Money!  products: [Product!]!'),
    },
  },
  library: { operations: 2_500, subgraphs: library },
  contexts: { operations: 1_500, subgraphs: contexts },
};

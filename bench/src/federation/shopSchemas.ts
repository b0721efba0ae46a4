const link = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;

/** The four subgraphs by name. The benchmark's query needs the types above each blank line, the other loads the rest. */
export const subgraphSdl = {
  accounts: `${link('"@key", "@shareable"')}
    type Query { users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String @shareable }`,

  products: `${link('"@key"')}
    type Query { topProducts(first: Int = 5): [Product] catalogue(first: Int = 1000): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,

  inventory: `${link('"@key", "@external", "@requires"')}
    type Product @key(fields: "upc") {
      upc: String!
      price: Int @external
      weight: Int @external
      inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight")
    }`,

  reviews: `${link('"@key", "@external", "@provides"')}
    type Mutation { addReview(upc: String!, body: String!): Review }
    type Review @key(fields: "id") {
      id: ID!
      body: String
      product: Product
      author: User @provides(fields: "username")
    }
    type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
} as const;

export type SubgraphName = keyof typeof subgraphSdl;
export const subgraphNames = Object.keys(subgraphSdl) as readonly SubgraphName[];

/** What a single server with all the data would offer: the expected answers come from it. */
export const mergedSdl = `
  type Query { users: [User] topProducts(first: Int = 5): [Product] catalogue(first: Int = 1000): [Product] }
  type Mutation { addReview(upc: String!, body: String!): Review }
  type User { id: ID! name: String username: String reviews: [Review] }
  type Product {
    upc: String! name: String price: Int weight: Int inStock: Boolean shippingEstimate: Int reviews: [Review]
  }
  type Review { id: ID! body: String product: Product author: User }`;

import type { Subgraphs } from './subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@context", "@fromContext"])';

/** Fields whose arguments come from the objects around them (federation 2.8, @context and @fromContext). */
export const contexts: Subgraphs = {
  shops: `${link}
    type Query { shop(id: ID!): Shop  shops: [Shop!]  customers: [Customer] }
    type Mutation { openShop(id: ID!): Shop }
    type Shop @key(fields: "id") @context(name: "market") {
      id: ID!  currency: String!  region: Region  offers: [Offer!]  best: Offer
    }
    type Region { code: Int!  shops: [Shop] }
    type Customer @key(fields: "id") @context(name: "market") @context(name: "person") {
      id: ID!  currency: String!  level: Int  favourites: [Offer]  shop: Shop
    }
    type Offer @key(fields: "id") {
      id: ID!
      price(
        round: Boolean
        currency: String @fromContext(field: "$market { currency }")
      ): Float
      similar: [Offer!]
      seller: Shop
      name: String
    }`,
  tax: `${link}
    type Shop @key(fields: "id") @context(name: "taxed") { id: ID!  zone: String  levies: [Levy!] }
    type Levy @key(fields: "id") {
      id: ID!
      amount(scale: Int = 1, zone: String @fromContext(field: "$taxed { zone }")): Int
      parts: [Levy]
    }
    type Offer @key(fields: "id") { id: ID!  labels: [String!] }`,
  notes: `${link}
    type Levy @key(fields: "id") { id: ID!  text: String }
    type Customer @key(fields: "id") { id: ID!  note: String }`,
};

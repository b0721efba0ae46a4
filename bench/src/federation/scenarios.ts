/** One kind of load: the bodies are sent in turn. */
export type Scenario = Readonly<{ name: string; what: string; bodies: readonly string[] }>;

const fragments = `
fragment U on User { id username name }
fragment R on Review { id body }
fragment P on Product { inStock name price shippingEstimate upc weight }`;
const usersPart = `users { ...U reviews { ...R product { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } } } }`;
const topPart = `{ ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } }`;

const body = (query: string, variables?: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(variables === undefined ? { query } : { query, variables });

export const scenarios: readonly Scenario[] = [
  {
    name: 'test-query',
    what: 'the query of the public federation benchmark, the same from everybody',
    bodies: [body(`query TestQuery { ${usersPart} topProducts ${topPart} }${fragments}`)],
  },
  {
    name: 'variables',
    what: 'the same query, asked with nine values of a variable in turn',
    bodies: Array.from({ length: 9 }, (_, nth) =>
      body(`query TestQuery($first: Int) { ${usersPart} topProducts(first: $first) ${topPart} }${fragments}`, {
        first: nth + 1,
      }),
    ),
  },
  { name: 'small', what: 'one field of one subgraph', bodies: [body('{ topProducts(first: 1) { name } }')] },
  {
    name: 'list',
    what: '1,000 entities, with fields of a second subgraph',
    bodies: [body('{ catalogue { upc name price inStock shippingEstimate } }')],
  },
  {
    name: 'mutation',
    what: 'a mutation whose result needs a second subgraph',
    bodies: [
      body(
        'mutation($upc: String!, $body: String!) { addReview(upc: $upc, body: $body) { id body product { upc name price } } }',
        { upc: '3', body: 'Holds what it says.' },
      ),
    ],
  },
];

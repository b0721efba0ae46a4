import { parse, validate, type GraphQLSchema } from 'graphql';

const hint = `# Ctrl-Enter runs the operation under the cursor.
#
# To act as somebody, put this into Headers, below:
# { "Authorization": "Bearer <token>" }
# Subscriptions send it in connection_init.
`;

const commerce = `${hint}
query Catalogue {
  product(sku: "SKU-0001") {
    id
    name
    price { amount currency }
  }
}

# Needs a token. Run it, and then place an order in another tab.
subscription Orders {
  orderEvents {
    type
    order {
      id
      status
      customer { name }
    }
  }
}

# Needs a customer's token, and for each order a key of its own. With another total than today's, the answer is
# PRICE_CHANGED and the right total.
mutation Buy {
  placeOrder(input: {
    items: [{ productId: "00000000-0000-4000-9000-000000000001", quantity: 1 }]
    expectedTotal: { amount: 24900, currency: "EUR" }
    paymentToken: "tok_approve"
    idempotencyKey: "my first order"
  }) {
    outcome
    currentTotal { amount currency }
    order { id status }
  }
}
`;

const anyGraph = `${hint}
query Hello {
  __typename
}
`;

/** What the editor begins with: something that works on the graph that is served. */
const firstOperations = (schema: GraphQLSchema): string =>
  validate(schema, parse(commerce)).length === 0 ? commerce : anyGraph;

const script = (operations: string): string => `
const token = await (window.signedIn ?? null);
const url = location.origin + '/graphql';
const fetcher = GraphiQL.createFetcher({ url, subscriptionUrl: url.replace(/^http/, 'ws') });
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: ${JSON.stringify(operations)},
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
    ...(token && { headers: JSON.stringify({ Authorization: 'Bearer ' + token }, null, 2) }),
  }),
);
`;

/** The explorer's page; everything it loads is served by the gateway itself. */
export const explorerPage = (
  schema: GraphQLSchema,
  { signIn }: Readonly<{ signIn: boolean }>,
): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Graph explorer</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/explorer/graphiql.css" />
    <style>
      body { margin: 0; }
      #graphiql { height: 100vh; }
      #sign-in { position: fixed; right: 5rem; bottom: 1rem; z-index: 1; }
    </style>
  </head>
  <body>
    <div id="graphiql">Loading the explorer</div>
    ${signIn ? '<button id="sign-in" type="button">Sign in</button>' : ''}
    <script src="/explorer/react.js"></script>
    <script src="/explorer/react-dom.js"></script>
    <script src="/explorer/graphiql.js"></script>
    ${signIn ? '<script src="/explorer/sign-in.js"></script>' : ''}
    <script type="module">${script(firstOperations(schema))}</script>
  </body>
</html>
`;

const welcome = `# The commerce graph. Ctrl-Enter runs the operation under the cursor.
#
# To act as somebody, put a token into the Headers editor below:
#   { "Authorization": "Bearer <token>" }
# Subscriptions send the same header in connection_init.

query Hello {
  __typename
}
`;

const script = `
const url = location.origin + '/graphql';
const fetcher = GraphiQL.createFetcher({ url, subscriptionUrl: url.replace(/^http/, 'ws') });
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: ${JSON.stringify(welcome)},
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
  }),
);
`;

/** The explorer's page; everything it loads is served by the gateway itself. */
export const explorerPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Commerce Supergraph</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/explorer/graphiql.css" />
    <style>
      body { margin: 0; }
      #graphiql { height: 100vh; }
    </style>
  </head>
  <body>
    <div id="graphiql">Loading the explorer</div>
    <script src="/explorer/react.js"></script>
    <script src="/explorer/react-dom.js"></script>
    <script src="/explorer/graphiql.js"></script>
    <script>${script}</script>
  </body>
</html>
`;

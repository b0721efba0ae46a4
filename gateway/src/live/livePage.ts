import { createHash } from 'node:crypto';
import { liveScript } from './liveScript.ts';

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; }
  button { font: inherit; padding: .4rem .9rem; margin: 0 .5rem .5rem 0; }
  #state { font-weight: 600; }
  ol { list-style: none; padding: 0; }
  li { border-left: 4px solid #2b7a4b; padding: .2rem .8rem; margin: .4rem 0; background: #f4f7f5; }
  li.missed { border-color: #b45f06; background: #fdf3e7; }
  li small { color: #555; }
  .payment b { color: #274b8f; }
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but this page's own script and style runs, and it talks to this gateway only. */
export const policy = [
  "default-src 'none'",
  `script-src ${hashOf(liveScript)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page: sign in, place an order, watch its events arrive, cut the connection, see what was missed come back. */
export const livePage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Live orders</title>
    <link rel="icon" href="data:," />
    <style>${style}</style>
  </head>
  <body>
    <h1>Live orders</h1>
    <p>
      Everything that happens to your orders and payments, as it happens. Cut the connection, place an order, connect
      again: what you missed comes first, in order, once.
    </p>
    <p role="status" id="state">You are not signed in.</p>
    <p>
      <button id="signIn">Sign in</button>
      <button id="order" hidden>Place an order</button>
      <button id="cut" hidden>Cut the connection</button>
    </p>
    <ol id="timeline" aria-label="What happened"></ol>
    <script type="module">${liveScript}</script>
  </body>
</html>
`;

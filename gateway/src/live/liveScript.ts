/**
 * The script of the page. It uses nothing but the platform: authorization code with PKCE (RFC 7636) to sign in, and `fetch`
 * with Server-Sent Events to follow, which shows all that resuming takes: the last id, sent back as `Last-Event-ID`.
 */
export const liveScript = String.raw`
const at = (id) => document.getElementById(id);
const here = location.origin + '/live';
const clientId = 'explorer';
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const signIn = async () => {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem('signingIn', JSON.stringify({ verifier, state }));
  const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const { authorization_endpoint } = await (await fetch('/.well-known/openid-configuration')).json();
  const asked = {
    client_id: clientId, response_type: 'code', redirect_uri: here, scope: 'openid profile', state,
    code_challenge: challenge, code_challenge_method: 'S256',
  };
  location.href = authorization_endpoint + '?' + new URLSearchParams(asked);
};

/** Back from signing in: the code becomes a token, and leaves the address. */
const takeCode = async () => {
  const answer = new URLSearchParams(location.search);
  const code = answer.get('code');
  const { verifier, state } = JSON.parse(sessionStorage.getItem('signingIn') ?? '{}');
  history.replaceState(null, '', '/live');
  if (code === null || state === undefined || answer.get('state') !== state) return;
  sessionStorage.removeItem('signingIn');
  const { token_endpoint } = await (await fetch('/.well-known/openid-configuration')).json();
  const body = new URLSearchParams({
    grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: here, code_verifier: verifier,
  });
  const { access_token } = await (await fetch(token_endpoint, { method: 'POST', body })).json();
  if (access_token !== undefined) sessionStorage.setItem('token', access_token);
};

const headers = () => ({
  'content-type': 'application/json',
  authorization: 'Bearer ' + sessionStorage.getItem('token'),
});
const ask = async (query, variables) => {
  const response = await fetch('/graphql', { method: 'POST', headers: headers(), body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(errors[0].message);
  return data;
};

const placeOrder = async () => {
  const { products } = await ask('{ products(first: 1, filter: { inStock: true }) { nodes { id price { amount currency } } } }');
  const [product] = products.nodes;
  const input = {
    items: [{ productId: product.id, quantity: 1 }],
    expectedTotal: product.price, paymentToken: 'tok_approve', idempotencyKey: crypto.randomUUID(),
  };
  await ask('mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { outcome } }', { input });
};

const show = (kind, event, missed) => {
  const item = document.createElement('li');
  item.className = kind + (missed ? ' missed' : '');
  const what = document.createElement('b');
  what.textContent = kind + ' ' + event.type;
  const details = document.createElement('small');
  const order = event.order?.id ?? event.payment?.order?.id ?? '';
  details.textContent = ' ' + order.slice(0, 8) + ' · ' + new Date(event.at).toLocaleTimeString() + (missed ? ' · was missed' : '');
  item.append(what, details);
  item.dataset.id = event.id;
  at('timeline').append(item);
};

/** One subscription over any number of connections; each goes on after the last id of the one before. */
const follow = (kind, field, query) => {
  let last = null;
  let connection = null;
  let live = false;
  const read = async (signal) => {
    const response = await fetch('/graphql', {
      method: 'POST', signal,
      headers: { ...headers(), accept: 'text/event-stream', ...(last !== null && { 'last-event-id': last }) },
      body: JSON.stringify({ query }),
    });
    if (response.status === 401) return signedOut();
    const resumed = last !== null;
    let text = '';
    for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + value).split('\n\n');
      text = blocks.pop();
      for (const block of blocks) {
        const id = /^id: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.+)$/m.exec(block)?.[1];
        if (id !== undefined) last = id;
        if (data !== undefined) {
          const result = JSON.parse(data);
          if (result.data?.[field]) show(kind, result.data[field], resumed && !live);
        } else if (id !== undefined) {
          live = true;
          tell();
        }
      }
    }
  };
  const run = async () => {
    connection = new AbortController();
    const { signal } = connection;
    while (!signal.aborted) {
      live = false;
      await read(signal).catch(() => {});
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  return { connect: () => void run(), cut: () => { connection?.abort(); connection = null; live = false; }, isLive: () => live };
};

const followed = [
  follow('order', 'orderEvents', 'subscription { orderEvents { id type at order { id } } }'),
  follow('payment', 'paymentEvents', 'subscription { paymentEvents { id type at payment { order { id } } } }'),
];
let connected = false;
const tell = () => {
  at('state').textContent = !connected ? 'The connection is cut.' : followed.every((one) => one.isLive()) ? 'Live.' : 'Connecting.';
};
const toggle = () => {
  connected = !connected;
  for (const one of followed) connected ? one.connect() : one.cut();
  at('cut').textContent = connected ? 'Cut the connection' : 'Connect again';
  tell();
};
const signedOut = () => {
  sessionStorage.removeItem('token');
  if (connected) toggle();
  at('signIn').hidden = false;
  at('order').hidden = at('cut').hidden = true;
  at('state').textContent = 'You are not signed in.';
};

at('signIn').onclick = signIn;
at('cut').onclick = toggle;
at('order').onclick = () => placeOrder().catch((error) => (at('state').textContent = error.message));
await takeCode();
if (sessionStorage.getItem('token') !== null) {
  at('signIn').hidden = true;
  at('order').hidden = at('cut').hidden = false;
  toggle();
}
`;

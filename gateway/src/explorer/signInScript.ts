/**
 * The explorer signs people in as any program in a browser does: authorization code with PKCE, then the token is in the
 * headers of the editor. `/?sign-in=<e-mail address>` begins at once. Codes and tokens are gone from the address before
 * anything else is loaded; the verifier lives in this tab only.
 */
export const signInScript = `
const clientId = 'explorer';
const redirectUri = location.origin + '/';
const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/[+]/g, '-').replace(/[/]/g, '_').replace(/=/g, '');
const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));

const begin = async (hint) => {
  const flow = { verifier: random(), state: random() };
  sessionStorage.setItem('sign-in', JSON.stringify(flow));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(flow.verifier));
  location.assign('/oauth2/authorize?' + new URLSearchParams({
    client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: 'openid profile', state: flow.state,
    code_challenge: encode(digest), code_challenge_method: 'S256', ...(hint && { login_hint: hint }),
  }));
  return new Promise(() => undefined);
};

const finish = async (code, state) => {
  const flow = JSON.parse(sessionStorage.getItem('sign-in') ?? '{}');
  sessionStorage.removeItem('sign-in');
  if (flow.state !== state) return null;
  const response = await fetch('/oauth2/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri, code, code_verifier: flow.verifier }),
  });
  return response.ok ? (await response.json()).access_token : null;
};

const given = new URLSearchParams(location.search);
if (location.search) history.replaceState(null, '', '/');
document.getElementById('sign-in').addEventListener('click', () => void begin());
window.signedIn = given.has('code') ? finish(given.get('code'), given.get('state')) : given.has('sign-in') ? begin(given.get('sign-in')) : null;
`;

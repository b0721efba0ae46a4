/** Paths below the issuer; the gateway forwards `/oauth2/` and `/.well-known/` and nothing else. */
export const routes = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  revocation: '/oauth2/revoke',
  introspection: '/oauth2/introspect',
  jwks: '/oauth2/jwks',
  userinfo: '/oauth2/userinfo',
  end_session: '/oauth2/logout',
  device_authorization: '/oauth2/device-authorization',
  code_verification: '/oauth2/device',
} as const;

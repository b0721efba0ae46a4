/** How the cookie of a session is called and what else the browser is told about it (RFC 6265bis). */
export type SessionCookie = Readonly<{
  /** `Set-Cookie` that keeps a token for so long. */
  keep: (token: string, seconds: number) => string;
  /** `Set-Cookie` that ends the session. */
  end: string;
  /** The token in a `Cookie` header. */
  read: (cookies: string | undefined) => string | undefined;
}>;

/**
 * A cookie that scripts cannot read, that no other site's page makes the browser send, and that in production is neither
 * sent in the clear nor set by another host of the domain (`__Host-`). Development is plain HTTP.
 */
export const createSessionCookie = ({ production }: Readonly<{ production: boolean }>): SessionCookie => {
  const name = production ? '__Host-graphql-session' : 'graphql-session';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${production ? '; Secure' : ''}`;
  return {
    keep: (token, seconds) => `${name}=${token}; ${attributes}; Max-Age=${seconds}`,
    end: `${name}=; ${attributes}; Max-Age=0`,
    read: (cookies) =>
      cookies
        ?.split(';')
        .map((pair) => pair.trim())
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1),
  };
};

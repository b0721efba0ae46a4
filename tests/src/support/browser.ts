/** A page as it was answered. */
export type Page = Readonly<{ url: URL; status: number; headers: Headers; text: string }>;

/** A browser without a screen: cookies by path, redirects, and the forms of pages. */
export type Browser = Readonly<{
  /** Opens an address and follows redirects, up to one that begins with `until`, which is not opened. */
  open: (url: string | URL, until?: string) => Promise<Page>;
  /** Sends the form of a page whose action ends in `step`, with its hidden fields and these. */
  submit: (page: Page, step: string, fields?: Readonly<Record<string, string>>, until?: string) => Promise<Page>;
  /** The cookies that would be sent to a path, by name. */
  cookies: (path: string) => ReadonlyMap<string, string>;
  /** A browser with the same cookies, as somebody who has stolen or planted them. */
  copy: () => Browser;
}>;

type Cookie = Readonly<{ name: string; value: string; path: string }>;
type Sent = Readonly<{ method: 'GET' } | { method: 'POST'; body: URLSearchParams; headers: Record<string, string> }>;

/** @param jar cookies to begin with */
export const createBrowser = (jar: readonly Cookie[] = []): Browser => {
  const kept = new Map(jar.map((cookie) => [`${cookie.name} ${cookie.path}`, cookie]));

  const keep = (headers: Headers, url: URL): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? url.pathname;
      if (value === '') kept.delete(`${name} ${path}`);
      else kept.set(`${name} ${path}`, { name, value, path });
    }
  };
  const cookies = (path: string): ReadonlyMap<string, string> =>
    new Map(
      [...kept.values()].filter((cookie) => path.startsWith(cookie.path)).map(({ name, value }) => [name, value]),
    );

  const go = async (first: URL, sent: Sent, until: string | undefined): Promise<Page> => {
    let url = first;
    let next: Sent = sent;
    for (let hops = 0; hops < 20; hops += 1) {
      const response = await fetch(url, {
        redirect: 'manual',
        method: next.method,
        headers: {
          cookie: [...cookies(url.pathname)].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(next.method === 'POST' && next.headers),
        },
        ...(next.method === 'POST' && { body: next.body }),
      });
      keep(response.headers, url);
      const location = response.headers.get('location');
      const text = await response.text();
      if (location === null) return { url, status: response.status, headers: response.headers, text };
      url = new URL(location, url);
      next = { method: 'GET' };
      if (until !== undefined && url.href.startsWith(until))
        return { url, status: response.status, headers: response.headers, text: '' };
    }
    throw new Error(`Too many redirects, the last one to ${url.href}`);
  };

  return {
    cookies,
    copy: () => createBrowser([...kept.values()]),
    open: (url, until) => go(new URL(url), { method: 'GET' }, until),
    submit: (page, step, fields = {}, until) => {
      const form = formOf(page, step);
      const body = new URLSearchParams({ ...form.hidden, ...fields });
      return go(form.action, { method: 'POST', body, headers: { origin: page.url.origin } }, until);
    },
  };
};

const formOf = ({ text, url }: Page, step: string): { action: URL; hidden: Record<string, string> } => {
  const form = [...text.matchAll(/<form[^>]* action="([^"]*)"[^>]*>([^]*?)<\/form>/g)].find(([, action = '']) =>
    action.endsWith(step),
  );
  if (form === undefined) throw new Error(`No form leads to ${step}: ${text.replaceAll(/<[^>]*>|\s+/g, ' ')}`);
  const [, action = '', content = ''] = form;
  const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return { action: new URL(action, url), hidden: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) };
};

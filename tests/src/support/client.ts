import { demoAccounts } from '@supergraph/events';
import { localToken, type LocalKeys } from '@supergraph/platform';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A typed operation, as `npm run generate` makes them. */
type Operation<Data, Variables> = Readonly<{
  toString: () => string;
  __apiType?: (variables: Variables) => Data;
}>;

/** A GraphQL answer as a client sees it. */
export type Answer<Data> = Readonly<{
  status: number;
  data: Data | null | undefined;
  errors: readonly Readonly<{
    message: string;
    path?: readonly (string | number)[];
    extensions?: Readonly<Record<string, unknown>>;
  }>[];
  /** The codes of the errors, in their order. */
  codes: readonly unknown[];
  headers: Headers;
}>;

/** The first name of a demo account, or nobody. */
export type Who = string | null;

/** Everything that came through one subscription so far. */
export type Subscription<Data> = Readonly<{
  events: readonly Data[];
  /** What ended it, if something did: a list of GraphQL errors, a close event, or true when it completed. */
  ended: () => unknown;
  /** Resolves when the server can have no event left that it sends without being asked again. */
  stop: () => Promise<void>;
}>;

/** Speaks to a gateway as one of the demo accounts. */
export type Client = Readonly<{
  /** Sends an operation; throws nothing for GraphQL errors. */
  ask: <Data, Variables>(
    operation: Operation<Data, Variables> | string,
    variables?: Variables,
    as?: Who,
  ) => Promise<Answer<Data>>;
  /** The data of an operation that must succeed. */
  get: <Data, Variables>(
    operation: Operation<Data, Variables> | string,
    variables?: Variables,
    as?: Who,
  ) => Promise<Data>;
  subscribe: <Data, Variables>(
    operation: Operation<Data, Variables> | string,
    variables: Variables,
    as: Who,
  ) => Subscription<Data>;
  token: (name: string) => string;
  url: string;
}>;

/** The id of a demo account. */
export const accountId = (name: string): string => account(name).id;

const account = (name: string) => {
  const found = demoAccounts.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new Error(`There is no demo account ${name}.`);
  return found;
};

/** A client of the gateway at `base` (without a path). */
export function createGatewayClient(base: string, keys: LocalKeys): Client {
  const url = `${base}/graphql`;
  const token = (name: string): string =>
    localToken({
      keys,
      issuer: 'http://localhost:4000',
      audience: 'commerce-supergraph',
      account: account(name),
      now: Math.floor(Date.now() / 1_000),
    });

  const ask: Client['ask'] = async (operation, variables, as = null) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(as === null ? {} : { authorization: `Bearer ${token(as)}` }) },
      body: JSON.stringify({ query: operation.toString(), variables }),
    });
    // What the test asserts about it is its check.
    const body = (await response.json()) as { data?: never; errors?: Answer<never>['errors'] };
    const errors = body.errors ?? [];
    return {
      status: response.status,
      data: body.data,
      errors,
      codes: errors.map(({ extensions }) => extensions?.['code']),
      headers: response.headers,
    };
  };

  return {
    url,
    token,
    ask,
    get: async (operation, variables, as) => {
      const { data, errors, status } = await ask(operation, variables, as);
      if (errors.length > 0 || data === null || data === undefined)
        throw new Error(`HTTP ${status}: ${JSON.stringify(errors, null, 2)}`);
      return data;
    },
    subscribe: (operation, variables, as) => {
      const events: never[] = [];
      let ended: unknown;
      const client = createClient({
        url: url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        ...(as === null ? {} : { connectionParams: { authorization: `Bearer ${token(as)}` } }),
      });
      client.subscribe<never>(
        { query: operation.toString(), variables: variables as Record<string, unknown> },
        {
          next: (result) => {
            if (result.errors) ended = result.errors;
            else if (result.data) events.push(result.data);
          },
          error: (error) => (ended = error),
          complete: () => (ended ??= true),
        },
      );
      return { events, ended: () => ended, stop: async () => client.dispose() };
    },
  };
}

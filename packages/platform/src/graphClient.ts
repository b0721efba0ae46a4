import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { z } from 'zod';

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }))
    .optional(),
});

export type Variables = Readonly<Record<string, unknown>>;

export type GraphClient = Readonly<{
  /** Runs an operation and returns its data, read by `schema`. @throws GraphError when the answer holds errors. */
  ask<T>(schema: z.ZodType<T>, query: string, variables?: Variables): Promise<T>;
  /** Calls `next` for each event, until the returned function is called. Resolves when the connection stands. */
  follow<T>(schema: z.ZodType<T>, query: string, next: (data: T) => void): Promise<() => Promise<void>>;
}>;

/** The graph refused or failed; `code` is that of its first error. */
export class GraphError extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(`${code}: ${message}`);
    this.name = 'GraphError';
    this.code = code;
  }
}

/** A client of the gateway, as anybody may write one: HTTP for operations, graphql-transport-ws for subscriptions. */
export const createGraphClient = (url: string, token?: string): GraphClient => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const read = <T>(schema: z.ZodType<T>, answer: unknown): T => {
    const { data, errors } = answerSchema.parse(answer);
    const [first] = errors ?? [];
    if (first !== undefined) throw new GraphError(first.message, first.extensions?.code ?? 'UNKNOWN');
    return schema.parse(data);
  };
  return {
    ask: async (schema, query, variables = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify({ query, variables }),
      });
      return read(schema, await response.json());
    },
    follow: async (schema, query, next) => {
      const client = createClient({
        url: url.replace(/^http/, 'ws'),
        webSocketImpl: WebSocket,
        connectionParams: authorization,
        lazy: false,
        retryAttempts: 0,
        onNonLazyError: () => undefined,
      });
      await new Promise<void>((resolve, reject) => {
        client.on('connected', () => resolve());
        client.on('closed', (event) => reject(new Error(`The WebSocket was closed: ${JSON.stringify(event)}`)));
        client.on('error', reject);
      });
      client.subscribe(
        { query },
        { next: (answer) => next(read(schema, answer)), error: () => undefined, complete: () => undefined },
      );
      return async () => client.dispose();
    },
  };
};

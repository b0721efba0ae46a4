import { generateKeyPairSync } from 'node:crypto';
import { allow, createViewerSigner, isSelf, or, permission, rule, signedIn } from '@supergraph/auth';
import type { Principal, Rules } from '@supergraph/auth';
import { DomainError } from '@supergraph/errors';
import { createLifecycle, createLogger, createMetrics } from '@supergraph/service-kit';
import type { Checks, Lifecycle } from '@supergraph/service-kit';
import DataLoader from 'dataloader';
import { createSubgraph, DateTime, inOrderOf } from '../src/index.ts';
import type { RequestScope } from '../src/index.ts';

/** A small subgraph with something to guard, to break and to follow, served for real. */

type Note = { id: string; ownerId: string; text: string };
type Context = RequestScope & { notes: DataLoader<string, Note | null>; number: number };

const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  "A point in time."
  scalar DateTime
  type Query {
    note(id: ID!): Note
    whoAmI: String!
    cause: String!
    later(by: Int!): Int!
    at(time: DateTime!): DateTime!
    fail(how: String!): Int
    hang: Int
  }
  type Mutation { addNote(text: String!): Note! }
  type Subscription { noteChanged(id: ID!): Note!  ticks: Int }
  type Note @key(fields: "id") { id: ID!  ownerId: ID!  text: String  again: String  broken: Int }
`;

const ownsNote = rule<Note, Context>('ownsNote', ({ ownerId }, _, { viewer }) => isSelf(viewer, ownerId));

const permissions: Rules = {
  Query: { '*': allow, note: signedIn },
  Mutation: { addNote: signedIn },
  Subscription: { noteChanged: signedIn, ticks: permission('note:read') },
  Note: { id: allow, '*': or(ownsNote, permission('note:read')) },
};

const failures: Readonly<Record<string, () => unknown>> = {
  domain: () => {
    throw new DomainError('ORDER_NOT_PAYABLE', 'Only a placed order can be paid.', { status: 'PAID' });
  },
  bug: () => {
    throw new TypeError('password of ada is hunter2');
  },
  database: () => {
    throw new DomainError('DATABASE_UNAVAILABLE', 'The database is away.', {}, { cause: new Error('ECONNREFUSED') });
  },
};

/** Hands out what is pushed, and knows whether somebody listens. */
const createSource = () => {
  const waiting: ((result: IteratorResult<unknown>) => void)[] = [];
  const values: unknown[] = [];
  const source = {
    opened: 0,
    closed: 0,
    push: (value: unknown): void => {
      const next = waiting.shift();
      if (next) next({ done: false, value });
      else values.push(value);
    },
    open: (): AsyncIterableIterator<unknown> => {
      source.opened += 1;
      const events: AsyncIterableIterator<unknown> = {
        next: () =>
          values.length > 0
            ? Promise.resolve({ done: false, value: values.shift() })
            : new Promise((resolve) => waiting.push(resolve)),
        return: () => {
          source.closed += 1;
          for (const end of waiting.splice(0)) end({ done: true, value: undefined });
          return Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]: () => events,
      };
      return events;
    },
  };
  return source;
};

const keys = generateKeyPairSync('ed25519');
const viewerPublicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const { sign } = createViewerSigner({ privateKey });

/** What the gateway would send for this principal. */
export const viewerFor = (principal: Principal, subgraph = 'notes'): Promise<string> => sign(principal, subgraph);

export const ada: Principal = { kind: 'user', id: 'ada', roles: ['customer'], scopes: null };
export const admin: Principal = { kind: 'user', id: 'root', roles: ['admin'], scopes: null };

export type Example = Awaited<ReturnType<typeof startExample>>;

export const startExample = async ({
  introspection = true,
  checks = {},
}: { introspection?: boolean; checks?: Checks } = {}) => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 'notes',
    level: 'debug',
    to: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const lifecycle: Lifecycle = createLifecycle({ log });
  const metrics = createMetrics('notes');
  const stored = new Map<string, Note>([
    ['n1', { id: 'n1', ownerId: 'ada', text: 'mine' }],
    ['n2', { id: 'n2', ownerId: 'ben', text: 'his' }],
  ]);
  const batches: (readonly string[])[] = [];
  const source = createSource();
  let hanging: (() => void) | undefined;
  let contexts = 0;

  const { url, schema } = await createSubgraph<Context>({
    name: 'notes',
    typeDefs,
    resolvers: {
      DateTime,
      Query: {
        note: (_: unknown, { id }: { id: string }, { notes }: Context) => notes.load(id),
        whoAmI: (_: unknown, _args: unknown, { viewer }: Context) => JSON.stringify(viewer),
        cause: (_: unknown, _args: unknown, { cause }: Context) => JSON.stringify(cause),
        later: (_: unknown, { by }: { by: number }) => by,
        at: (_: unknown, { time }: { time: string }) => time,
        fail: (_: unknown, { how }: { how: string }) => failures[how]?.(),
        hang: () => new Promise<number>((resolve) => (hanging = () => resolve(1))),
      },
      Mutation: {
        addNote: (_: unknown, { text }: { text: string }, { viewer }: Context): Note => ({
          id: 'n3',
          ownerId: viewer.kind === 'user' ? viewer.id : '',
          text,
        }),
      },
      Subscription: {
        noteChanged: {
          subscribe: () => source.open(),
          resolve: (id: string, _args: unknown, { notes }: Context) => notes.load(id),
        },
        ticks: { subscribe: () => source.open() },
      },
      Note: {
        __resolveReference: ({ id }: { id: string }, { notes }: Context) => notes.load(id),
        again: async ({ id }: Note, _args: unknown, { notes }: Context) => (await notes.load(id))?.text,
        broken: () => {
          throw new TypeError('broken');
        },
      },
    },
    permissions,
    context: (scope) => ({
      ...scope,
      number: (contexts += 1),
      notes: new DataLoader<string, Note | null>((ids) => {
        batches.push(ids);
        const rows = ids.flatMap((id) => stored.get(id) ?? []);
        // A fresh object each time, as from a database: federation writes __typename into it.
        return Promise.resolve(
          inOrderOf(
            ids,
            rows.map((row) => ({ ...row })),
            ({ id }) => id,
          ),
        );
      }),
    }),
    viewerPublicKey,
    port: 0,
    host: '127.0.0.1',
    metrics,
    checks,
    log,
    lifecycle,
    introspection,
  });
  return {
    url,
    base: new URL(url).origin,
    schema,
    stored,
    batches,
    source,
    lines,
    metrics,
    lifecycle,
    release: () => hanging?.(),
    isHanging: () => hanging !== undefined,
  };
};

export type Answer = {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: unknown[]; locations?: unknown[]; extensions: Record<string, unknown> }[];
  };
};

/** Sends a GraphQL request as the gateway would; `principal` null sends no viewer at all. */
export const post = async (
  { url }: Pick<Example, 'url'>,
  principal: Principal | null,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(principal && { 'x-viewer': await viewerFor(principal) }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
};

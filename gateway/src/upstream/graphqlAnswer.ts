import { z } from 'zod';

/** The part of the GraphQL response format that we read (GraphQL specification, section 7.1). */
const errorList = z
  .array(
    z.object({
      message: z.string(),
      path: z.array(z.union([z.string(), z.int()])).nullish(),
      extensions: z.record(z.string(), z.unknown()).nullish(),
    }),
  )
  .min(1);

const answer = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: errorList.nullish() });

/** What a subgraph answered, free of what must not reach a client. */
export type GraphQLAnswer = {
  data?: Record<string, unknown> | null;
  errors?: readonly UpstreamError[];
};

export type UpstreamError = {
  message: string;
  path?: readonly (string | number)[];
  extensions: Record<string, unknown>;
};

/**
 * Never pass these on: the first three show a subgraph's inside, and `http` would make Apollo Server answer with a
 * status and headers that the subgraph chose.
 */
const kept = ({ stacktrace: _, exception: _1, response: _2, http: _3, ...extensions }: Record<string, unknown>) =>
  extensions;

/** Reads an answer; undefined when it is not GraphQL. */
export const parseGraphQLAnswer = (value: unknown): GraphQLAnswer | undefined => {
  const parsed = answer.safeParse(value);
  if (!parsed.success || (parsed.data.data === undefined && !parsed.data.errors)) return undefined;
  const { data, errors } = parsed.data;
  return {
    ...(data !== undefined && { data }),
    ...(errors && { errors: errors.map(toUpstreamError) }),
  };
};

/** Reads the errors of a WebSocket `error` message; undefined when they are none. */
export const parseGraphQLErrors = (value: unknown): readonly UpstreamError[] | undefined => {
  const parsed = errorList.safeParse(value);
  return parsed.success ? parsed.data.map(toUpstreamError) : undefined;
};

const toUpstreamError = ({ message, path, extensions }: z.infer<typeof errorList>[number]): UpstreamError => ({
  message,
  ...(path && { path }),
  extensions: kept(extensions ?? {}),
});

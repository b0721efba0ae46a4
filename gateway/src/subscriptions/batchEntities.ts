import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';

type Process = GraphQLDataSource['process'];
type Response = Awaited<ReturnType<Process>>;
type Waiting = Readonly<{
  options: GraphQLDataSourceProcessOptions;
  representations: readonly unknown[];
  resolve: (response: Response) => void;
  reject: (error: unknown) => void;
}>;

/**
 * A source that asks for entities once where it was going to be asked several times: calls that come in the same turn
 * of the event loop and differ in nothing but their representations become one request, and each call gets its part of
 * the answer. Whatever is not about entities goes through as it is.
 *
 * Only for calls of one and the same viewer: they are sent with the context of the first.
 */
export const batchEntities = (source: GraphQLDataSource): GraphQLDataSource => {
  const waiting = new Map<string, Waiting[]>();

  const flush = (): void => {
    const groups = [...waiting.values()];
    waiting.clear();
    for (const group of groups) void send(source, group);
  };

  return {
    process: (options) => {
      const { query = '', variables, operationName } = options.request;
      const { representations, ...rest } = variables ?? {};
      if (!Array.isArray(representations)) return source.process(options);
      return new Promise((resolve, reject) => {
        const key = JSON.stringify([query, operationName, rest]);
        const group = waiting.get(key) ?? [];
        if (waiting.size === 0) setImmediate(flush);
        waiting.set(key, group);
        group.push({ options, representations, resolve, reject });
      });
    },
  };
};

const send = async (source: GraphQLDataSource, group: readonly Waiting[]): Promise<void> => {
  const [first] = group;
  if (first === undefined) return;
  // The same entity is asked for once: places of it in the calls, by what it is asked with.
  const asked = new Map<string, number>();
  const unique: unknown[] = [];
  const places = group.map(({ representations }) =>
    representations.map((representation) => {
      const text = JSON.stringify(representation);
      const known = asked.get(text);
      if (known !== undefined) return known;
      asked.set(text, unique.length);
      return unique.push(representation) - 1;
    }),
  );
  try {
    const { options } = first;
    const variables = { ...options.request.variables, representations: unique };
    const response = await source.process({ ...options, request: { ...options.request, variables } });
    for (const [index, { resolve }] of group.entries()) resolve(partOf(response, places[index] ?? []));
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
};

/** The entities and the errors that one of the calls asked for; an error without an entity is everybody's. */
const partOf = (response: Response, places: readonly number[]): Response => {
  const { data, errors, ...rest } = response;
  const entities: unknown = data?.['_entities'];
  const own = errors?.flatMap((error) => {
    const [field, position, ...path] = error.path ?? [];
    if (field !== '_entities' || typeof position !== 'number') return [error];
    return places.flatMap((place, index) => (place === position ? [{ ...error, path: [field, index, ...path] }] : []));
  });
  return {
    ...rest,
    // Not the same object twice: the executor merges into what it is given.
    data: Array.isArray(entities)
      ? { _entities: places.map((place) => structuredClone(entities[place])) }
      : (data ?? null),
    ...(own && own.length > 0 && { errors: own }),
  };
};

import { Kind, print, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/**
 * Elements that subgraphs give different hints: composition would keep one of them and only mention it, and the one
 * that it drops may be the stricter one. A subgraph that has no hint for an element goes along with the others.
 */
export const findHintConflicts = (
  subgraphs: readonly Readonly<{ name: string; typeDefs: DocumentNode }>[],
): readonly string[] => {
  const hints = new Map<string, Map<string, string[]>>();
  const add = (element: string, subgraph: string, directives: readonly ConstDirectiveNode[] = []): void => {
    const hint = directives.find(({ name }) => name.value === 'cacheControl');
    if (hint === undefined) return;
    const texts = hints.get(element) ?? new Map<string, string[]>();
    const text = `@cacheControl(${(hint.arguments ?? []).map(print).toSorted().join(', ')})`;
    texts.set(text, [...(texts.get(text) ?? []), subgraph]);
    hints.set(element, texts);
  };
  for (const { name: subgraph, typeDefs } of subgraphs) {
    for (const definition of typeDefs.definitions) {
      if (!('name' in definition) || definition.name === undefined || !('directives' in definition)) continue;
      if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION) continue;
      const type = definition.name.value;
      add(type, subgraph, definition.directives);
      if (!('fields' in definition)) continue;
      for (const field of definition.fields ?? []) add(`${type}.${field.name.value}`, subgraph, field.directives);
    }
  }
  return [...hints].flatMap(([element, texts]) =>
    texts.size < 2
      ? []
      : [
          [
            `CACHE_HINTS_DIFFER: ${element} has different hints, and only one of them would count.`,
            ...[...texts].map(([text, names]) => `  ${text} in ${names.join(', ')}`),
          ].join('\n'),
        ],
  );
};

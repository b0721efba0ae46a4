import { GraphQLError, Kind, executeSync, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Keys } from './createKeys.ts';
import { rootFields, type Specialised } from './specialise.ts';
import { put, type Data } from './values.ts';
import type { Variables } from './compileVariables.ts';

/** Puts the answers to `__schema` and `__type` into the data, as JSON text that the writer takes over. */
export type Introspect = (data: Data, variables: Variables) => void;

/** Answers for different variables that are kept; tools ask without any. */
const kept = 10;

/**
 * Introspection is the gateway's own to answer: graphql-js does, once, and the text is kept.
 *
 * @returns null when the operation has none
 * @throws GraphQLError for introspection anywhere but at the root
 */
export const compileIntrospection = (
  schema: GraphQLSchema,
  specialised: Specialised,
  keys: Keys,
): Introspect | null => {
  const { operation, fragments } = specialised;
  const asked = rootFields(specialised).filter(({ name }) => name.value === '__schema' || name.value === '__type');
  const refuseInside = {
    Field: ({ name }: { name: { value: string } }) => {
      if (name.value === '__schema' || name.value === '__type') {
        throw new GraphQLError('Introspection is answered at the root of a query only.', {
          extensions: { code: 'BAD_REQUEST' },
        });
      }
    },
  };
  for (const field of rootFields(specialised)) if (field.selectionSet) visit(field.selectionSet, refuseInside);
  if (asked.length === 0) return null;

  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: asked } },
      ...fragments.values(),
    ],
  };
  const answers = new Map<string, ReadonlyMap<string, string>>();

  const answer = (variables: Variables): ReadonlyMap<string, string> => {
    const question = JSON.stringify(variables);
    const known = answers.get(question);
    if (known !== undefined) return known;
    const { data } = executeSync({ schema, document, variableValues: variables });
    const texts = new Map(
      asked.map((field) => [keys.of(field), JSON.stringify(data?.[(field.alias ?? field.name).value] ?? null)]),
    );
    if (answers.size >= kept) answers.clear();
    answers.set(question, texts);
    return texts;
  };
  return (data, variables) => {
    for (const [key, text] of answer(variables)) put(data, key, text);
  };
};

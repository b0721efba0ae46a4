import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { z } from 'zod';
import { argumentsOf, readLinks } from '../supergraphLinks.ts';

/** `@listSize` of a field. */
export type ListSize = Readonly<{
  assumedSize: number | null;
  /** Names of arguments that say how long the list may be. */
  slicingArguments: readonly string[];
  /** The fields of the returned object that are the list. */
  sizedFields: readonly string[];
  requireOneSlicingArgument: boolean;
}>;

/** What a supergraph says of costs. Names of fields are `Type.field`, of arguments `Type.field.argument`. */
export type Weights = Readonly<{
  /** `@cost` of types, fields, arguments and input fields, by name. */
  weights: ReadonlyMap<string, number>;
  listSizes: ReadonlyMap<string, ListSize>;
}>;

const identity = 'https://specs.apollo.dev/cost';

const listSize = z.object({
  assumedSize: z.int().nullish(),
  slicingArguments: z.array(z.string()).nullish(),
  sizedFields: z.array(z.string()).nullish(),
  requireOneSlicingArgument: z.boolean().nullish(),
});

/** Reads `@cost` and `@listSize`, which composition carries under names of the subgraphs' choice. */
export const readWeights = (supergraph: DocumentNode): Weights => {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const link = readLinks(supergraph).find((one) => one.identity === identity);
  if (link === undefined) return { weights, listSizes };
  const [cost, size] = [link.directive('cost'), link.directive('listSize')];

  const read = (name: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const directive of directives) {
      if (directive.name.value === cost) {
        const weight = argumentsOf(directive).get('weight');
        // IBM's specification has a text where Apollo's has a number.
        if (weight?.kind === Kind.INT || weight?.kind === Kind.STRING) weights.set(name, Number(weight.value));
      }
      if (directive.name.value === size) {
        const given = [...argumentsOf(directive)].map(([key, value]) => [key, valueFromASTUntyped(value)] as const);
        const parsed = listSize.parse(Object.fromEntries(given));
        listSizes.set(name, {
          assumedSize: parsed.assumedSize ?? null,
          slicingArguments: parsed.slicingArguments ?? [],
          sizedFields: parsed.sizedFields ?? [],
          requireOneSlicingArgument: parsed.requireOneSlicingArgument ?? true,
        });
      }
    }
  };

  for (const definition of supergraph.definitions) {
    const { kind } = definition;
    if (kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION) {
      read(definition.name.value, definition.directives);
      for (const field of definition.fields ?? []) {
        const name = `${definition.name.value}.${field.name.value}`;
        read(name, field.directives);
        for (const argument of field.arguments ?? []) read(`${name}.${argument.name.value}`, argument.directives);
      }
    } else if (kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      for (const field of definition.fields ?? []) {
        read(`${definition.name.value}.${field.name.value}`, field.directives);
      }
    } else if (kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION) {
      read(definition.name.value, definition.directives);
    }
  }
  return { weights, listSizes };
};

import { GraphQLError, Kind, type ValidationRule } from 'graphql';

/**
 * Labels of `@defer` are texts, and no two are the same: a client tells the parts of an answer by them. (The rule
 * of the specification's proposal for incremental delivery; graphql-js has it from version 17 on.)
 */
export const deferLabelRule: ValidationRule = (context) => {
  const seen = new Set<string>();
  return {
    Directive: (node) => {
      if (node.name.value !== 'defer') return;
      const label = node.arguments?.find(({ name }) => name.value === 'label')?.value;
      if (label === undefined || label.kind === Kind.NULL) return;
      if (label.kind !== Kind.STRING) {
        context.reportError(new GraphQLError('The label of @defer is a text.', { nodes: node }));
      } else if (seen.has(label.value)) {
        context.reportError(new GraphQLError('Labels of @defer are different from each other.', { nodes: node }));
      } else {
        seen.add(label.value);
      }
    },
  };
};

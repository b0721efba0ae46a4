import { Kind, visit, type DocumentNode } from 'graphql';

/** A label of progressive `@override` and up to which draw the field is taken over: `percent(25)`. */
export type OverrideLabel = Readonly<{ label: string; percent: number }>;

const percentLabel = /^percent\((\d+(?:\.\d+)?)\)$/;

/** The labels of `@join__field(overrideLabel:)`; others than percentages are never on. */
export const overrideLabels = (supergraph: DocumentNode): readonly OverrideLabel[] => {
  const labels = new Map<string, number>();
  visit(supergraph, {
    Argument: ({ name, value }) => {
      if (name.value !== 'overrideLabel' || value.kind !== Kind.STRING) return;
      labels.set(value.value, Number(percentLabel.exec(value.value)?.[1] ?? 0));
    },
  });
  return [...labels].map(([label, percent]) => ({ label, percent }));
};

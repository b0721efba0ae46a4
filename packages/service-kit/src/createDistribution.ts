/** One line of a histogram as Prometheus reads it. */
export type HistogramValue = Readonly<{
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}>;

/** Counts measures by the buckets they fall into, for each value of a label. */
export type Distribution = Readonly<{
  observe: (value: string, measure: number) => void;
  /** What was observed so far, in the form of a histogram: buckets hold what is in all smaller ones too. */
  values: (metricName: string, label: string) => HistogramValue[];
}>;

/** How often measures fell into each bucket, the last being those above all bounds; and their sum. */
type Counts = { readonly buckets: number[]; sum: number };

/** @param bounds the upper ones of the buckets, in ascending order */
export const createDistribution = (bounds: readonly number[]): Distribution => {
  const observed = new Map<string, Counts>();
  return {
    observe: (value, measure) => {
      let counts = observed.get(value);
      if (counts === undefined) {
        counts = { buckets: Array<number>(bounds.length + 1).fill(0), sum: 0 };
        observed.set(value, counts);
      }
      let nth = 0;
      while (nth < bounds.length && measure > (bounds[nth] ?? 0)) nth += 1;
      counts.buckets[nth] = (counts.buckets[nth] ?? 0) + 1;
      counts.sum += measure;
    },
    values: (metricName, label) => {
      const lines: HistogramValue[] = [];
      for (const [value, { buckets, sum }] of observed) {
        let count = 0;
        for (const [nth, inBucket] of buckets.entries()) {
          count += inBucket;
          lines.push({
            metricName: `${metricName}_bucket`,
            labels: { le: bounds[nth] ?? '+Inf', [label]: value },
            value: count,
          });
        }
        lines.push({ metricName: `${metricName}_sum`, labels: { [label]: value }, value: sum });
        lines.push({ metricName: `${metricName}_count`, labels: { [label]: value }, value: count });
      }
      return lines;
    },
  };
};

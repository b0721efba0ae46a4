import { randomBytes } from 'node:crypto';

/** A prefix nobody else uses, for the topics, consumer groups and Redis channels of one test (NAMESPACE). */
export const testNamespace = (label: string): string =>
  `t-${label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 20)}-${randomBytes(4).toString('hex')}-`;

import { createRequire } from 'node:module';
import util from 'node:util';

type Shield = typeof import('graphql-shield');

// graphql-shield 7.6.5 imports `isUndefined` from node:util, which Node 24 removed. Its ESM build then fails to
// link (a fix is merged and was never released: maticzav/graphql-shield#1552), so the CJS build is loaded after
// the function has been put back. The package is imported here and nowhere else.
if (!('isUndefined' in util)) {
  Object.defineProperty(util, 'isUndefined', { value: (value: unknown) => value === undefined });
}
const graphqlShield = createRequire(import.meta.url)('graphql-shield') as Shield;

export const shield: Shield['shield'] = graphqlShield.shield;
export const shieldRule: Shield['rule'] = graphqlShield.rule;
export const shieldAnd: Shield['and'] = graphqlShield.and;
export const shieldAllow: Shield['allow'] = graphqlShield.allow;
export const shieldDeny: Shield['deny'] = graphqlShield.deny;

/** One rule, or a composition of rules. */
export type Rule = Parameters<Shield['and']>[number];

import { DomainError } from '@supergraph/errors';
import type { GraphQLResolveInfo } from 'graphql';
import { can } from './can.ts';
import { shieldAllow, shieldAnd, shieldDeny, shieldRule } from './graphqlShield.ts';
import type { Rule } from './graphqlShield.ts';
import type { Principal } from './principal.ts';
import { logOf } from './ruleLog.ts';
import type { RuleLog } from './ruleLog.ts';
import type { Permission } from './roles.ts';

/** What every rule finds in the context of a request. */
export type GuardedContext = { viewer: Principal; log?: RuleLog };

/** A rule that could not decide. It denies, and `not` does not turn it into a permission. */
class Undecided extends DomainError {
  constructor(rule: string, cause: unknown) {
    super('FORBIDDEN', 'You may not do this.', {}, { cause });
    this.name = `Undecided(${rule})`;
  }
}

/** Nobody is signed in, so there is no use in saying that this is forbidden. */
const unauthenticated = (): DomainError => new DomainError('UNAUTHENTICATED', 'Sign in first.');

// shield refuses two rules of one name. Names are for people here, so each one gets a number behind the scenes.
let made = 0;
const uniqueName = (name: string): string => `${name} #${(made += 1)}`;

/** `true` allows; an error denies in its own words; anything else denies with FORBIDDEN. */
type Verdict = boolean | DomainError;

const guard = <Parent, Context extends GuardedContext, Args>(
  name: string,
  decide: (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Verdict | Promise<Verdict>,
): Rule =>
  // No cache, ever: shield's `contextual` cache reuses one owner's verdict for the next object.
  shieldRule(uniqueName(name), { cache: 'no_cache' })(
    async (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => {
      try {
        const verdict = await decide(parent, args, context, info);
        return verdict instanceof DomainError ? verdict : verdict === true;
      } catch (error) {
        // shield would read a throw as a plain denial, and the bug would be lost (maticzav/graphql-shield#964).
        logOf(context, info)?.error(
          { err: error, rule: name, field: `${info.parentType.name}.${info.fieldName}` },
          'a rule threw, so it denies',
        );
        return new Undecided(name, error);
      }
    },
  );

/**
 * A rule from a predicate. It is asked anew for every field of every object; a predicate that throws is logged and
 * denies. Type parameters are the parent object, the context, and the arguments where they matter.
 *
 * @example const ownsOrder = rule<OrderRow, Context>('ownsOrder', (order, _, { viewer }) => isSelf(viewer, order.customerId));
 */
export const rule = <Parent, Context extends GuardedContext, Args = Readonly<Record<string, unknown>>>(
  name: string,
  allows: (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => boolean | Promise<boolean>,
): Rule => guard<Parent, Context, Args>(name, allows);

/** For everyone, signed in or not. */
export const allow: Rule = shieldAllow;

/** For nobody. */
export const deny: Rule = shieldDeny;

/** All of them. The first one that denies with a reason of its own gives the reason. */
export const and = (...rules: Rule[]): Rule => shieldAnd(...rules);

// Rules are asked by other rules below. These options of shield matter to cached rules and to debugging only.
const options: Parameters<Rule['resolve']>[4] = {
  debug: false,
  allowExternalErrors: false,
  fallbackRule: shieldDeny,
  hashFunction: () => '',
};

type ShieldContext = GuardedContext & Parameters<Rule['resolve']>[2];

/**
 * At least one of them. The first one that denies with a reason of its own gives the reason, unless one could not
 * decide: then the whole could not, which shield's own `or` would hide from a `not` around it.
 */
export const or = (...rules: Rule[]): Rule =>
  guard<object, ShieldContext, object>('or', async (parent, args, context, info) => {
    const verdicts = await Promise.all(rules.map((each) => each.resolve(parent, args, context, info, options)));
    if (verdicts.includes(true)) return true;
    const reasons = verdicts.filter((verdict) => verdict instanceof DomainError);
    return reasons.find((reason) => reason instanceof Undecided) ?? reasons[0] ?? false;
  });

/** The opposite. A rule that threw stays a denial: shield's own `not` would open what could not be decided. */
export const not = (negated: Rule): Rule =>
  guard<object, ShieldContext, object>('not', async (parent, args, context, info) => {
    const verdict = await negated.resolve(parent, args, context, info, options);
    return verdict instanceof Undecided ? verdict : verdict !== true;
  });

/** A person has signed in. Nobody at all is UNAUTHENTICATED; a partner's client or a service is FORBIDDEN. */
export const signedIn: Rule = guard<unknown, GuardedContext, unknown>('signedIn', (_parent, _args, { viewer }) =>
  viewer.kind === 'anonymous' ? unauthenticated() : viewer.kind === 'user',
);

/** The principal holds this permission. Nobody at all is UNAUTHENTICATED, everyone else FORBIDDEN. */
export const permission = (required: Permission): Rule =>
  guard<unknown, GuardedContext, unknown>(`permission ${required}`, (_parent, _args, { viewer }) =>
    viewer.kind === 'anonymous' ? unauthenticated() : can(viewer, required),
  );

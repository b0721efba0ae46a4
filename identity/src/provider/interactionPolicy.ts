import { acr } from '@supergraph/auth';
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';

/** Whether a client asks for a sign-in with two factors (`acr_values`). */
export const wantsMfa = (params: Readonly<Record<string, unknown>>): boolean =>
  typeof params['acr_values'] === 'string' && params['acr_values'].split(' ').includes(acr.mfa);

/**
 * When people are asked: oidc-provider's own reasons, and step-up: a client that asks for two factors gets them, or the
 * person is asked for the second one (OpenID Connect Core, section 3.1.2.1 has `acr_values` as a wish; here a client
 * only asks because the API told it that it must, so it is taken as a demand).
 */
export const createInteractionPolicy = (): interactionPolicy.DefaultPolicy => {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('mfa_required', 'a second factor is required', 'login_required', (ctx) =>
        needsSecondFactor(ctx) ? interactionPolicy.Check.REQUEST_PROMPT : interactionPolicy.Check.NO_NEED_TO_PROMPT,
      ),
    );
  return policy;
};

const needsSecondFactor = ({ oidc }: KoaContextWithOIDC): boolean =>
  wantsMfa(oidc.params ?? {}) && oidc.session?.accountId !== undefined && oidc.session.acr !== acr.mfa;

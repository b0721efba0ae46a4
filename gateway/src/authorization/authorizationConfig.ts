import { roles, type Permission } from '@supergraph/auth';
import { z } from 'zod';

const permission = z.custom<Permission>((text) => typeof text === 'string' && /^[\w-]+:[\w*-]+$/.test(text), {
  message: 'must be noun:verb',
});

/** How the gateway decides what `@policy` names. A policy that is not here is nobody's. */
export const authorizationConfig = z.strictObject({
  /** Policies by name, each with what a principal needs for it. */
  policies: z
    .record(
      z.string(),
      z.union([
        z.strictObject({ permission }),
        z.strictObject({ role: z.enum(roles) }),
        z.strictObject({ scope: z.string().min(1) }),
      ]),
    )
    .default({}),
  /** The policy `mfa`: a person who has shown a second factor, not too long ago. */
  mfa: z
    .strictObject({
      /** Values of the token's `acr` that mean two factors. */
      acr: z.array(z.string()).default(['urn:commerce-supergraph:acr:mfa']),
      /** Values in the token's `amr` that mean two factors (RFC 8176). */
      amr: z.array(z.string()).default(['mfa']),
      /** How long ago the person may have signed in. */
      maxAgeSeconds: z.int().positive().default(900),
    })
    .prefault({}),
});

export type AuthorizationConfig = z.infer<typeof authorizationConfig>;

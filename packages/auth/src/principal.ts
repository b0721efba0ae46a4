import { z } from 'zod';
import { roles } from './roles.ts';

/**
 * Who is asking.
 * - `user`: a person; `scopes` null means an unrestricted first-party token.
 * - `client`: a partner's program; it has the rights of its scopes and no person. `quotaTier` is what it was registered
 *   with, for those who count what it spends.
 * - `service`: one of our own, when it reacts to an event.
 *
 * `acr`, `amr` and `authTime` (seconds since 1970) say how a person signed in (OpenID Connect Core, section 2).
 */
export const principalSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('anonymous') }),
  z.object({
    kind: z.literal('user'),
    id: z.string().min(1),
    roles: z.array(z.enum(roles)).readonly(),
    scopes: z.array(z.string()).readonly().nullable(),
    acr: z.string().exactOptional(),
    amr: z.array(z.string()).readonly().exactOptional(),
    authTime: z.int().exactOptional(),
  }),
  z.object({
    kind: z.literal('client'),
    id: z.string().min(1),
    scopes: z.array(z.string()).readonly(),
    quotaTier: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('service'), id: z.string().min(1) }),
]);

export type Principal = z.infer<typeof principalSchema>;

/** The principal of a request without a token. */
export const anonymous: Principal = Object.freeze({ kind: 'anonymous' });

/** A person who asks; null for programs and for nobody. This is the id that owns orders, payments, a profile. */
export const userIdOf = (principal: Principal): string | null => (principal.kind === 'user' ? principal.id : null);

/** Tells whether the principal is the person with this id. Nobody owns an object without an owner. */
export const isSelf = (principal: Principal, userId: string | null | undefined): boolean =>
  principal.kind === 'user' && principal.id === userId;

import { requireTwoFactors, type Principal } from '@supergraph/auth';
import { pageArgs, toConnection, type Connection, type PageInput } from '@supergraph/subgraph-kit';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { AuditType } from './auditTypes.ts';

const data = z.object({
  amr: z.array(z.string()).optional(),
  reason: z.string().optional(),
  kind: z.string().optional(),
  roles: z.array(z.enum(['customer', 'employee', 'manager', 'admin', 'super_admin'])).optional(),
  previousRoles: z.array(z.enum(['customer', 'employee', 'manager', 'admin', 'super_admin'])).optional(),
});

/** A line of the audit log. */
export type AuditLine = Readonly<{
  id: string;
  type: AuditType;
  at: string;
  userId: string | null;
  clientId: string | null;
  actorId: string | null;
  data: z.infer<typeof data>;
}>;

/** Which lines, and which page of them; null for any. */
export type AuditQuery = PageInput &
  Readonly<{ userId: string | null; clientId: string | null; types: readonly AuditType[] | null }>;

/** What a cursor of this list holds. */
const position = z.tuple([z.iso.datetime(), z.uuid()]);

/** Who reads what everybody does has signed in with two factors within the last hours. */
const maxAgeSeconds = 4 * 3600;

/**
 * A page of the audit log, the newest first.
 *
 * @throws DomainError STEP_UP_REQUIRED, PAGE_SIZE_OUT_OF_RANGE, CURSOR_INVALID
 */
export const listAudit = async (
  { db, now }: Pick<Deps, 'db' | 'now'>,
  { userId, clientId, types, ...input }: AuditQuery,
  viewer: Principal,
): Promise<Connection<AuditLine>> => {
  requireTwoFactors(viewer, { maxAgeSeconds, now: now().getTime() });
  const page = pageArgs(input, position);
  const rows = await db.query<Omit<AuditLine, 'data'> & { data: unknown }>(
    `SELECT event_id AS id, type, at, user_id AS "userId", client_id AS "clientId", actor_id AS "actorId", data
       FROM audit_log
      WHERE ($1::timestamptz IS NULL OR (at, event_id) < ($1::timestamptz, $2::uuid))
        AND ($3::text IS NULL OR user_id = $3)
        AND ($4::text IS NULL OR client_id = $4)
        AND ($5::text[] IS NULL OR type = ANY($5))
      ORDER BY at DESC, event_id DESC
      LIMIT $6`,
    [page.after?.[0] ?? null, page.after?.[1] ?? null, userId, clientId, types, page.limit + 1],
  );
  const lines = rows.map((row) => ({ ...row, data: data.parse(row.data) }));
  return toConnection(lines, page, ({ at, id }) => [at, id]);
};

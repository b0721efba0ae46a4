import type { EventHandler } from '@supergraph/messaging';
import { auditEventSchemas, isAuditType } from './auditTypes.ts';

/** Writes an event into the audit log. */
const recordAudit: EventHandler = async ({ eventId, type, data, metadata }, tx) => {
  if (!isAuditType(type)) return;
  const told = auditEventSchemas[type].parse(data);
  const { at, ...rest } = told;
  const userId = 'userId' in told ? told.userId : null;
  const clientId = 'clientId' in told ? told.clientId : null;
  const actorId = metadata.userId === userId ? null : metadata.userId;
  await tx.query(
    `INSERT INTO audit_log (event_id, type, at, user_id, client_id, actor_id, data) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT DO NOTHING`,
    [eventId, type, at, userId, clientId, actorId, JSON.stringify(rest)],
  );
};

/** What the consumer of the audit log handles. */
export const auditHandlers: Readonly<Record<string, EventHandler>> = Object.fromEntries(
  Object.keys(auditEventSchemas).map((type) => [type, recordAudit]),
);

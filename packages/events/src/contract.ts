import { DomainError } from '@supergraph/errors';
import type { z } from 'zod';
import type { DomainEvent } from './domainEvent.ts';
import type { StoredEvent } from './storedEvent.ts';

/** The data of each event type on a topic: what a producer promises and a consumer may rely on. */
export type Contract = Readonly<Record<string, z.ZodType>>;

/** The union of events that a contract describes. */
export type EventOf<C extends Contract> = {
  [Type in keyof C & string]: DomainEvent<Type, z.output<C[Type]>>;
}[keyof C & string];

/**
 * Narrows an envelope from outside to the events of a contract; unknown fields are dropped, so that a
 * producer may add some first.
 *
 * @returns the typed event, or null for a type that the contract does not name.
 * @throws DomainError EVENT_MALFORMED when the data does not fit its type.
 */
export function parseEvent<C extends Contract>(contract: C, event: StoredEvent): StoredEvent<EventOf<C>> | null {
  const schema = Object.hasOwn(contract, event.type) ? contract[event.type] : undefined;
  if (schema === undefined) return null;
  const parsed = schema.safeParse(event.data);
  if (!parsed.success)
    throw new DomainError('EVENT_MALFORMED', `The event ${event.type} does not fit its contract.`, {
      eventId: event.eventId,
      problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    });
  // The type name chose the schema, which the compiler cannot follow through the index.
  return { ...event, data: parsed.data } as StoredEvent<EventOf<C>>;
}

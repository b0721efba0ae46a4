import type { OrderEvent } from '@supergraph/events';
import type { Decider } from '@supergraph/eventsourcing';
import type { OrderCommand } from './commands.ts';
import { decide } from './decide.ts';
import { evolve, initialState, type OrderState } from './order.ts';

/** An order in three functions. */
export const order: Decider<OrderState, OrderCommand, OrderEvent> = { initialState, decide, evolve };

import type { Principal } from '@supergraph/auth';
import type { Cause } from '@supergraph/eventsourcing';

/** Who asks, and what the events that follow are caused by. */
export type Asking = Readonly<{ viewer: Principal; cause: Cause }>;

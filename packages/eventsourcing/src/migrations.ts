import type { Migrations } from '@supergraph/postgres';

/** The tables of the event log, the same in every database; run them before a service's own. */
export const eventLogMigrations: Migrations = {
  name: 'event_log',
  url: new URL('../migrations', import.meta.url),
};

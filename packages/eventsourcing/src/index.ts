export { appendMessages, maxEventBytes, type OutgoingMessage } from './appendMessages.ts';
export { causedBy, type Cause } from './cause.ts';
export { readCursorKey } from './cursorKey.ts';
export type { Decider } from './decider.ts';
export {
  createEventStore,
  type EventStore,
  type EventStoreOptions,
  type Handled,
  type HandleOptions,
  type InlineWrite,
} from './eventStore.ts';
export { eventLogMigrations } from './migrations.ts';
export {
  hasUnstamped,
  isBeyondWindow,
  lastPosition,
  readEvents,
  readLatestEvents,
  seedPublishedEvents,
  stampPositions,
  type EventMatch,
  type PositionedEvent,
} from './positions.ts';
export { pruneEventLog } from './prune.ts';
export type { Versioned } from './snapshots.ts';
export { createTailer, type Tailer, type TailerOptions } from './tailer.ts';
export { createTasks, type NewTask, type Task, type Tasks, type TasksOptions } from './tasks.ts';

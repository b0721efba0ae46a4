import { DomainError } from '@supergraph/errors';
import type { TopicName } from '@supergraph/events';
import {
  createRepeatableConsumer,
  type Consumer,
  type KafkaClient,
  type RepeatableHandler,
} from '@supergraph/messaging';
import type { Logger } from '@supergraph/service-kit';
import type { TagView } from '../tags/createTagView.ts';
import { eventTags, tagsOfEvent } from './eventTags.ts';

/**
 * Turns what services say has happened into invalidations, once for all gateways: they are one consumer group. An event
 * that comes twice invalidates twice, which costs a fetch and is wrong to nobody.
 */
export const createInvalidator = ({
  kafka,
  view,
  log,
}: {
  kafka: KafkaClient;
  view: Pick<TagView, 'bumpSurely'>;
  log: Logger;
}): Consumer => {
  const handlerOf =
    (patterns: readonly string[]): RepeatableHandler =>
    async (event) => {
      await view.bumpSurely(tagsOfEvent(patterns, event)).catch((error: unknown) => {
        // Waited out, however long it takes: the event is not to blame.
        throw new DomainError('REDIS_UNAVAILABLE', 'The tags of the cache are out of reach.', {}, { cause: error });
      });
    };
  const handlers: Partial<Record<TopicName, Record<string, RepeatableHandler>>> = Object.fromEntries(
    Object.entries(eventTags).map(([topic, types]) => [
      topic,
      Object.fromEntries(Object.entries(types).map(([type, patterns]) => [type, handlerOf(patterns)])),
    ]),
  );
  return createRepeatableConsumer({ kafka, group: 'gateway-cache', handlers, log, firstRetryMs: 100 });
};

export {
  createConsumer,
  createRepeatableConsumer,
  type Consumer,
  type ConsumerOptions,
  type EventHandler,
  type RepeatableConsumerOptions,
  type RepeatableHandler,
} from './consumer.ts';
export { countDeadLetters } from './deadLetterBacklog.ts';
export { ensureTopics } from './ensureTopics.ts';
export { createKafka, type KafkaClient, type KafkaOptions } from './kafka.ts';
export { createRelay, type Relay, type RelayOptions } from './relay.ts';
export { replayDeadLetters } from './replayDeadLetters.ts';

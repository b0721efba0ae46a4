import { topics, type TopicName } from '@supergraph/events';
import { countDeadLetters, createKafka, replayDeadLetters } from '@supergraph/messaging';
import { pino } from 'pino';
import { readPlatformConfig } from './config.ts';
import { readOptions } from './readOptions.ts';
import { backingPorts } from './topology.ts';

const help = `Usage: npm run dead-letters [-- options]

Shows how many messages wait in each dead letter topic: what a consumer could not handle and put aside, with the reason
in its headers. Mend the cause first, then replay.

  --replay TOPIC   send the messages of TOPIC-dlq back to TOPIC, once each: ${Object.keys(topics).join(', ')}
  --help           print this

KAFKA_BROKERS and NAMESPACE say which installation; without them, that of npm start.
`;

const options = readOptions({ replay: { type: 'string' } }, help);
const isTopic = (name: string): name is TopicName => Object.hasOwn(topics, name);

if (options?.replay !== undefined && !isTopic(options.replay)) {
  console.error(`There is no topic ${options.replay}: ${Object.keys(topics).join(', ')}`);
  process.exitCode = 2;
} else if (options !== null) {
  const { given, inherited, portOf } = readPlatformConfig();
  const kafka = createKafka({
    brokers: (given['KAFKA_BROKERS'] ?? `127.0.0.1:${portOf(backingPorts.kafka.env)}`).split(','),
    clientId: 'dead-letters',
    namespace: inherited['NAMESPACE'] ?? '',
    log: pino({ level: 'silent' }),
  });
  try {
    if (options.replay === undefined)
      for (const [topic, count] of await countDeadLetters(kafka)) console.log(`${topic.padEnd(18)} ${count}`);
    else console.log(`${await replayDeadLetters(kafka, options.replay)} sent back to ${options.replay}`);
  } catch (error) {
    console.error(`Kafka does not answer as it should: ${error instanceof Error ? error.message : String(error)}`);
    console.error('Is npm start running? Nothing that was sent is sent again when you repeat this.');
    process.exitCode = 1;
  }
}

import { describe, expect, test } from '@jest/globals';
import { javaMajor, missingText, prerequisitesFor } from './prerequisites.ts';

const namesFor = (needs: Parameters<typeof prerequisitesFor>[0]): readonly string[] =>
  prerequisitesFor(needs).map(({ name }) => name);

describe('what a machine must have', () => {
  test('everything, when nothing is given', () => {
    expect(namesFor({ given: {}, kafkaJarsPresent: false })).toEqual(['Java 17 or later', 'Maven', 'redis-server']);
  });

  test('no Maven once the broker was downloaded', () => {
    expect(namesFor({ given: {}, kafkaJarsPresent: true })).toEqual(['Java 17 or later', 'redis-server']);
  });

  test('nothing for services that run elsewhere', () => {
    const given = { KAFKA_BROKERS: 'broker:9092', REDIS_URL: 'redis://cache:6379' };
    expect(namesFor({ given, kafkaJarsPresent: false })).toEqual([]);
  });

  test('all that is missing is named at once, with one command that installs it', () => {
    const text = missingText(prerequisitesFor({ given: {}, kafkaJarsPresent: false }));
    expect(text).toContain('Java 17 or later is missing');
    expect(text).toContain('apt-get install -y openjdk-17-jre-headless maven redis-server\n');
    expect(text).toContain('docker compose up');
  });
});

describe('the version of Java', () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_292"', 8],
    ['something else', 0],
    [undefined, 0],
  ])('%s is %i', (answer, major) => {
    expect(javaMajor(answer)).toBe(major);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { count, flag, keyText, list, logLevel, nodeEnv, port, secret, seconds } from './fields.ts';
import { ConfigError, readConfig } from './readConfig.ts';
import type { Environment } from './readConfig.ts';
import { redacted } from './redacted.ts';

const schema = z.object({
  PORT: port(4002),
  DATABASE_URL: secret(),
  KAFKA_BROKERS: list(),
  DEADLINE_SECONDS: seconds(900),
  DEMO_DATA: flag(false),
  REPLICATION_FACTOR: count(1, 1),
  LOG_LEVEL: logLevel(),
  NODE_ENV: nodeEnv(),
});
const complete = { DATABASE_URL: 'postgres://db', KAFKA_BROKERS: 'a:9092, b:9092,' };

const problemsOf = (env: Environment): readonly string[] => {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('The environment was accepted.');
};

describe('a configuration', () => {
  test('has real types, and defaults for what is not set', () => {
    expect(readConfig(schema, { ...complete, PORT: '0', DEMO_DATA: 'true', UNRELATED: 'x' })).toEqual({
      PORT: 0,
      DATABASE_URL: 'postgres://db',
      KAFKA_BROKERS: ['a:9092', 'b:9092'],
      DEADLINE_SECONDS: 900,
      DEMO_DATA: true,
      REPLICATION_FACTOR: 1,
      LOG_LEVEL: 'info',
      NODE_ENV: 'development',
    });
  });

  test('that does not fit is refused with every problem on a line of its own', () => {
    expect(
      problemsOf({
        PORT: '70000',
        DEADLINE_SECONDS: '-1',
        DEMO_DATA: 'yes',
        REPLICATION_FACTOR: '0',
        LOG_LEVEL: 'loud',
        KAFKA_BROKERS: ' , ',
      }),
    ).toEqual([
      'PORT: must be a port number',
      'DATABASE_URL: is required',
      'KAFKA_BROKERS: must name at least one',
      'DEADLINE_SECONDS: must be a whole number of seconds',
      'DEMO_DATA: must be true or false',
      'REPLICATION_FACTOR: must be at least 1',
      expect.stringMatching(/^LOG_LEVEL: /),
    ]);
    expect(new ConfigError(['A: x', 'B: y']).message).toBe('A: x\nB: y');
  });

  test('takes an empty variable for one that is not set', () => {
    expect(readConfig(schema, { ...complete, PORT: '' }).PORT).toBe(4002);
    expect(problemsOf({ ...complete, DATABASE_URL: '' })).toEqual(['DATABASE_URL: is required']);
  });

  test('never quotes the value of a secret', () => {
    const strict = z.object({ KEY: secret().regex(/^\d+$/) });
    expect(() => readConfig(strict, { KEY: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('a key', () => {
  const keys = z.object({ KEY: keyText() });

  test('is taken as text, also with its line breaks written out', () => {
    expect(readConfig(keys, { KEY: '-----BEGIN-----\\nabc\\n-----END-----' }).KEY).toBe(
      '-----BEGIN-----\nabc\n-----END-----',
    );
  });

  test('is read from a file', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'key.pem');
    writeFileSync(path, '-----BEGIN-----\n');
    expect(readConfig(keys, { KEY: `file:${path}` }).KEY).toBe('-----BEGIN-----');
  });

  test('in a file that is not there is a problem like any other', () => {
    expect(() => readConfig(keys, { KEY: 'file:/no/such/key' })).toThrow('KEY: cannot read /no/such/key (ENOENT)');
  });
});

test('a configuration is printed without its secrets, wherever the mark sits', () => {
  const marked = z.object({
    PLAIN: z.string(),
    URL: secret(),
    KEY: keyText().optional(),
    TOKEN: secret().default('none'),
    INNER: secret().transform((text) => text.length),
    ABSENT: secret().optional(),
  });
  const config = readConfig(marked, { PLAIN: 'a', URL: 'b', KEY: 'c', TOKEN: 'd', INNER: 'e' });
  expect(redacted(marked, config)).toEqual({
    PLAIN: 'a',
    URL: '[redacted]',
    KEY: '[redacted]',
    TOKEN: '[redacted]',
    INNER: '[redacted]',
  });
});

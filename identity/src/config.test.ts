import { describe, expect, test } from '@jest/globals';
import { loadConfig } from './config.ts';

const complete = {
  DATABASE_URL_IDENTITY: 'postgres://db/identity',
  REDIS_URL: 'redis://cache',
  KAFKA_BROKERS: 'kafka:9092',
  IDENTITY_PRIVATE_KEY: 'a key',
  IDENTITY_SECRETS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

test('the demo accounts, whose passwords are filled in, are refused in production', () => {
  expect(() => loadConfig({ ...complete, NODE_ENV: 'production', DEMO_DATA: 'true' })).toThrow(
    /^DEMO_DATA: true makes/,
  );
});

describe('text messages that are written to the log', () => {
  const sandbox = { ...complete, SMS_PROVIDER: 'sandbox' };

  test('are refused in production, with what to set', () => {
    expect(() => loadConfig({ ...sandbox, NODE_ENV: 'production' })).toThrow(
      /^SMS_PROVIDER: sandbox .* refused in production; .* SMS_SANDBOX_IN_PRODUCTION=true/,
    );
  });

  test('are written in production for who says so, and elsewhere without a word', () => {
    const meant = { ...sandbox, NODE_ENV: 'production', SMS_SANDBOX_IN_PRODUCTION: 'true' };
    expect(loadConfig(meant).SMS_PROVIDER).toBe('sandbox');
    expect(loadConfig(sandbox).SMS_PROVIDER).toBe('sandbox');
  });

  test('are of no concern to a production without them', () => {
    expect(loadConfig({ ...complete, NODE_ENV: 'production' }).SMS_PROVIDER).toBe('none');
  });
});

import { expect, test } from '@jest/globals';
import { readPlatformConfig } from './config.ts';

test('the documented ports hold unless the environment says otherwise', () => {
  const { portOf } = readPlatformConfig({ PORT_ORDERS: '5003' });
  expect([portOf('PORT_GATEWAY'), portOf('PORT_ORDERS'), portOf('METRICS_PORT_GATEWAY')]).toEqual([4000, 5003, 9000]);
});

test('external services are taken as they are given', () => {
  const { given } = readPlatformConfig({
    KAFKA_BROKERS: 'a:9092,b:9092',
    DATABASE_URL_USERS: 'postgres://db/users',
    HOME: '/',
  });
  expect(given).toEqual({ KAFKA_BROKERS: 'a:9092,b:9092', DATABASE_URL_USERS: 'postgres://db/users' });
});

test('tokens name the gateway at its port as their issuer', () => {
  expect(readPlatformConfig({ PORT_GATEWAY: '8080' }).issuer).toBe('http://localhost:8080');
});

test('every problem of the environment is told at once', () => {
  const read = () => readPlatformConfig({ PORT_USERS: 'x', KAFKA_PORT: '99999', TOKEN_ISSUER: 'nowhere' });
  expect(read).toThrow(/PORT_USERS.*\n?/);
  expect(read).toThrow(/KAFKA_PORT/);
  expect(read).toThrow(/TOKEN_ISSUER/);
});

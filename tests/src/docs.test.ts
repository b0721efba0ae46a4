import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  deadLetterSettings,
  demoAccounts,
  newAggregateId,
  orderEventSchemas,
  paymentCommandSchemas,
  paymentEventSchemas,
  productEventSchemas,
  topics,
  userEventSchemas,
} from '@supergraph/events';
import { isErrorCode } from '@supergraph/errors';
import { environment as platform } from '@supergraph/platform';
import { baseEnvironment } from '@supergraph/subgraph-kit';
import { buildSchema, isEnumType, isInputObjectType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { z } from 'zod';
import { limitsConfig } from '../../gateway/src/limits/limitsConfig.ts';
import { environment as gateway } from '../../gateway/src/config.ts';
import { environment as identity } from '../../identity/src/config.ts';
import { environment as orders } from '../../subgraphs/orders/src/config.ts';
import { environment as payments } from '../../subgraphs/payments/src/config.ts';
import { environment as products } from '../../subgraphs/products/src/config.ts';
import { environment as users } from '../../subgraphs/users/src/config.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Every Markdown file of the repository, with its path from the root. */
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'packages', 'subgraphs', 'gateway', 'identity', 'bench', 'tests'].flatMap((folder) => markdownIn(folder)),
];

function markdownIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist', '.data'].includes(entry.name) ? [] : markdownIn(file);
    return file.endsWith('.md') ? [file] : [];
  });
}

/** The rows of the table below a heading of a document: for each the text of its cells. */
function tableOf(file: string, heading: string): string[][] {
  const section = read(file)
    .split(/^## /m)
    .find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${file} has no section "${heading}".`);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const words = (cell: string): string[] => [...cell.matchAll(/`([^`]*)`/g)].map(([, word = '']) => word);
const unquoted = (cell = ''): string => words(cell)[0] ?? cell;

test('the table of limits has every limit, with its default and a code that exists', () => {
  const rows = tableOf('docs/configuration.md', 'Limits of a request');
  const documented = rows.map(([name, byDefault]) => [unquoted(name), Number(unquoted(byDefault))]);
  expect(Object.fromEntries(documented)).toEqual(limitsConfig.parse({}));
  expect(rows.map(([, , code]) => unquoted(code)).filter((code) => !isErrorCode(code))).toEqual([]);
});

describe('every document', () => {
  test('links only to files that are there', () => {
    const broken = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target.split('#')[0] ?? '')
        .filter((target) => target !== '' && !/^https?:/.test(target))
        .filter((target) => !existsSync(path.join(root, path.dirname(file), target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('names only commands that package.json has', () => {
    const scripts = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json'))).scripts;
    const unknown = documents.flatMap((file) =>
      [...read(file).matchAll(/npm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)]
        .map(([, script, short]) => script ?? short ?? '')
        .filter((script) => !Object.hasOwn(scripts, script))
        .map((script) => `${file}: npm run ${script}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the README', () => {
  test('tells of every command', () => {
    const scripts = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json'))).scripts;
    const told = tableOf('README.md', 'Commands').map(([command = '']) => /npm (?:run )?([\w:-]+)/.exec(command)?.[1]);
    expect(new Set(told)).toEqual(new Set(Object.keys(scripts)));
  });

  test('knows the demo accounts by name and role', () => {
    for (const [who = '', role] of tableOf('README.md', 'Try')) {
      for (const name of who.split(/, | and /).filter((word) => /^[a-z]+$/.test(word))) {
        const account = demoAccounts.find(({ email }) => email === `${name}@example.com`);
        expect({ name, role: account?.role }).toEqual({ name, role });
      }
    }
  });
});

describe('docs/events.md', () => {
  test('has every topic with its settings', () => {
    const days = (ms: number) => `${ms / 86_400_000} ${ms === 86_400_000 ? 'day' : 'days'}`;
    const told = tableOf('docs/events.md', 'Topics').map((row) => row.slice(0, 5));
    expect(told).toEqual(
      Object.entries(topics).map(([name, topic]) => [
        `\`${name}\``,
        String(topic.partitions),
        days(topic.retentionMs),
        String(topic.maxRetries),
        topic.backoff,
      ]),
    );
    expect(deadLetterSettings).toEqual({ partitions: 1, retentionMs: 30 * 86_400_000 });
  });

  const contracts: Record<keyof typeof topics, Readonly<Record<string, z.ZodObject>>> = {
    'user-events': userEventSchemas,
    'product-events': productEventSchemas,
    'order-events': orderEventSchemas,
    'payment-events': paymentEventSchemas,
    'payment-commands': paymentCommandSchemas,
  };

  test.each(Object.entries(contracts))('has every message of %s with all that it carries', (topic, contract) => {
    const told = tableOf('docs/events.md', topic).map(([type, carries]) => [
      unquoted(type),
      words(carries ?? '').sort(),
    ]);
    const promised = Object.entries(contract).map(([type, schema]) => [type, Object.keys(schema.shape).sort()]);
    expect(told).toEqual(promised);
  });
});

describe('docs/configuration.md', () => {
  const own = (environment: z.ZodObject) =>
    Object.fromEntries(Object.entries(environment.shape).filter(([name]) => !Object.hasOwn(baseEnvironment, name)));
  const sections: Record<string, z.core.$ZodLooseShape> = {
    'Every subgraph': baseEnvironment,
    users: own(users),
    products: own(products),
    orders: own(orders),
    payments: own(payments),
    identity: identity.shape,
    gateway: gateway.shape,
    'npm start': platform.shape,
  };

  /** What the document says of a variable that is not set. */
  const defaultOf = (schema: z.core.$ZodType): string => {
    const result = z.safeParse(schema, undefined);
    if (!result.success) return 'required';
    return result.data === undefined || result.data === '' ? 'unset' : String(result.data);
  };

  test.each(Object.entries(sections))('has every variable of %s with its default', (heading, shape) => {
    const told = tableOf('docs/configuration.md', heading).map(([name, value]) => [unquoted(name), unquoted(value)]);
    const read = Object.entries(shape).map(([name, schema]) => [name, defaultOf(schema)]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(read));
  });
});

describe('the graph', () => {
  test('describes every type, field, argument and value', () => {
    const schema = buildSchema(read('tests/src/generated/api.graphql'));
    const missing: string[] = [];
    const note = (name: string, { description }: Readonly<{ description?: string | null | undefined }>): void => {
      if (!description) missing.push(name);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
      if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) note(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value);
      if (!isObjectType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, field);
        for (const argument of 'args' in field ? field.args : []) {
          note(`${type.name}.${field.name}(${argument.name}:)`, argument);
        }
      }
    }
    expect(missing).toEqual([]);
  });
});

describe('the decisions', () => {
  test('about ids give vectors that hold', () => {
    const text = read('docs/adr/0011-aggregate-ids.md');
    const vectors = text.split('\n').filter((line) => line.startsWith('| `'));
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) {
      const [customer = '', , now, random = '', id] = vector
        .split('|')
        .slice(1, -1)
        .map((cell) => unquoted(cell.trim()));
      expect(newAggregateId(customer, { now: Number(now), random: Buffer.from(random, 'hex') })).toBe(id);
    }
  });

  const numbers = readdirSync(path.join(root, 'docs/adr')).map((name) => name.slice(0, 4));

  test('have a number each', () => {
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('that the code refers to are there', () => {
    const sources = ['packages', 'subgraphs', 'gateway', 'identity'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(ts|sql|graphql)$/.test(entry.name))
        .map((entry) => path.join(entry.parentPath, entry.name))
        .filter((file) => !/\/(node_modules|dist|\.data)\//.test(file)),
    );
    const missing = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/docs\/adr\/(\d{4})/g)]
        .filter(([, number = '']) => !numbers.includes(number))
        .map(([reference]) => `${path.relative(root, file)}: ${reference}`),
    );
    expect(missing).toEqual([]);
  });
});

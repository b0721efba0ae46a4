import { describe, expect, test } from '@jest/globals';
import { orderEventSchemas, paymentEventSchemas, productEventSchemas, userEventSchemas } from '@supergraph/events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventTags, tagsOfEvent } from './eventTags.ts';

const all = Object.values(eventTags).flatMap((types) => Object.entries<readonly string[]>(types));

test('docs/caching.md shows what every event invalidates', () => {
  const docs = readFileSync(fileURLToPath(new URL('../../../../docs/caching.md', import.meta.url)), 'utf8');
  const rows = [...docs.matchAll(/^\| `([A-Z]\w+)` +\| (`\w+:.*`) +\|$/gm)].map(([, event, tags]) => [event, tags]);
  expect(rows).toEqual(all.map(([type, tags]) => [type, tags.map((tag) => `\`${tag}\``).join(', ')]));
});

/** Of what these tell, nothing can be asked in the graph. */
const changingNothing = {
  'user-events': [
    'UserSignedIn',
    'UserSignInFailed',
    'UserFactorAdded',
    'UserFactorRemoved',
    'UserBackupCodesReplaced',
    'UserAccessWithdrawn',
    'ClientRegistered',
    'ClientSecretRotated',
    'ClientDisabled',
    'ClientEnabled',
  ],
  'product-events': ['StockRejected'],
  'order-events': [],
  'payment-events': [],
};

describe('the tags of an event', () => {
  test.each([
    ['user-events', userEventSchemas],
    ['product-events', productEventSchemas],
    ['order-events', orderEventSchemas],
    ['payment-events', paymentEventSchemas],
  ] as const)('of %s are known for every type, or it is said that there are none', (topic, schemas) => {
    const without = Object.keys(schemas).filter((type) => !(type in eventTags[topic]));
    expect(without).toEqual(changingNothing[topic]);
    expect(Object.keys(eventTags[topic]).filter((type) => !(type in schemas))).toEqual([]);
  });

  test('name what the event carries', () => {
    for (const [topic, schemas] of [
      ['user-events', userEventSchemas],
      ['product-events', productEventSchemas],
      ['order-events', orderEventSchemas],
      ['payment-events', paymentEventSchemas],
    ] as const) {
      for (const [type, patterns] of Object.entries<readonly string[]>(eventTags[topic])) {
        const carried = Object.entries(schemas).find(([name]) => name === type)?.[1].shape ?? {};
        for (const pattern of patterns) {
          const field = /\{(\w+)/.exec(pattern)?.[1];
          if (field !== undefined)
            expect([type, Object.keys(carried)]).toEqual([type, expect.arrayContaining([field])]);
        }
      }
    }
  });

  test('are read from it, of each line its own', () => {
    const data = {
      orderId: 'o1',
      lines: [
        { productId: 'a', quantity: 1 },
        { productId: 'b', quantity: 2 },
      ],
    };
    expect(
      tagsOfEvent(['Product:{lines.productId}', 'Product:list', 'Order:{orderId}', 'User:{customerId}'], { data }),
    ).toEqual(['Product:a', 'Product:b', 'Product:list', 'Order:o1']);
  });
});

import { createLogger } from '@supergraph/service-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differenceOf } from '../../../test/differential/compareAnswers.ts';
import { createFederation, type Execute } from '../../../test/differential/createFederation.ts';
import { startEngine, type EngineUnderTest } from '../../../test/differential/engines.ts';
import { generateOperation } from '../../../test/differential/generateOperation.ts';
import { supergraphs } from '../../../test/differential/schemas.ts';
import { withHints } from '../../../test/differential/withHints.ts';
import { createMemory } from '../createMemory.ts';
import { createLocalTagStore } from '../tags/createLocalTagStore.ts';
import { createTagView } from '../tags/createTagView.ts';
import { createEntityCache, type EntityCache } from './createEntityCache.ts';
import type { EntityRecord } from './records.ts';

const worlds = 12;
const operationsOfWorld = 20;

const log = createLogger({ service: 'test', level: 'silent' });
const outcomes = { hit: 0, part: 0, miss: 0 };

/** An empty cache. */
const createEmpty = async (): Promise<EntityCache> => {
  const view = createTagView({ store: createLocalTagStore(), log, leaseMs: Infinity });
  await view.stampSoon();
  return createEntityCache({
    view,
    memory: createMemory<EntityRecord>(100_000_000),
    shared: null,
    memorySeconds: 0,
    observe: (outcome) => {
      outcomes[outcome] += 1;
    },
  });
};

/** Queries of a world in which nothing changes, each twice: what is known of the ones before may be used. */
describe.each(Object.entries(supergraphs))('with what it keeps of the supergraph "%s"', (_name, { subgraphs }) => {
  const federation = createFederation(withHints(subgraphs));
  let entities: EntityCache;
  let engine: EngineUnderTest;
  beforeAll(async () => {
    entities = await createEmpty();
    engine = await startEngine('compiled', federation, 'silent', undefined, {
      viewersAreKnown: true,
      onNews: () => () => {},
      // Another one for each world.
      entities: {
        recall: (asked) => entities.recall(asked),
        stamp: () => entities.stamp(),
        remember: (asked, answer) => entities.remember(asked, answer),
      },
    });
  });
  afterAll(() => engine.stop());

  const differencesOf = async (ask: Execute): Promise<string[]> => {
    const found: string[] = [];
    for (let world = 1; world <= worlds && found.length < 3; world++) {
      federation.world.reseed(world);
      entities = await createEmpty();
      for (let index = 0; index < operationsOfWorld; index++) {
        const { query, variables } = generateOperation(federation.api, world * operationsOfWorld + index);
        if (query.startsWith('mutation')) continue;
        const expected = await federation.oracle(query, variables);
        for (const time of ['first', 'second']) {
          const difference = differenceOf(expected, await ask(query, variables));
          if (difference === undefined) continue;
          found.push(
            `world ${world}, operation ${index}, ${time} time\n${query}\n${JSON.stringify(variables)}\n${difference}`,
          );
          break;
        }
      }
      federation.effects();
    }
    return found;
  };

  test('the engine answers as graphql-js does', async () => {
    expect(await differencesOf(engine.ask)).toEqual([]);
    // Else it says nothing.
    expect(outcomes.hit).toBeGreaterThan(50);
    Object.assign(outcomes, { hit: 0, part: 0, miss: 0 });
  }, 600_000);
});

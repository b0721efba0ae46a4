import { afterEach, expect, test } from '@jest/globals';
import { supergraphs } from '../../../test/differential/schemas.ts';
import { composed } from '../../../test/startTestGateway.ts';
import { createApolloThread } from './apolloThread.ts';
import { PlanError } from './plan.ts';

const sdl = composed(
  Object.fromEntries(
    Object.entries(supergraphs.hard.subgraphs).map(([name, schema]) => [
      name,
      { url: `http://${name}.test/`, sdl: schema },
    ]),
  ),
);
const thread = createApolloThread(sdl);
afterEach(() => thread.close());

test('plans while the event loop goes on turning', async () => {
  let turns = 0;
  const turn = () => {
    turns += 1;
    timer = setImmediate(turn);
  };
  let timer = setImmediate(turn);
  const plan = await thread.plan('{ latest { lastSeen ... on User { role reviews { body } } } }', []);
  clearImmediate(timer);
  expect(plan.node?.kind).toBe('Sequence');
  expect(turns).toBeGreaterThan(10);
});

test('says why it cannot plan', async () => {
  await expect(thread.plan('{ nothing }', [])).rejects.toThrow(PlanError);
  await expect(thread.plan('{ nothing }', [])).rejects.toThrow('nothing');
});

test('gives up when it is closed, and plans again when it is asked again', async () => {
  const given = thread.plan('{ me { id } }', []);
  const ended = expect(given).rejects.toThrow('The planner ended.');
  await thread.close();
  await ended;
  expect((await thread.plan('{ me { id } }', [])).node?.kind).toBe('Fetch');
});

import { afterEach, expect, test } from '@jest/globals';
import { supergraphs } from '../../../test/differential/schemas.ts';
import { composed } from '../../../test/startTestGateway.ts';
import { createApolloThread } from './apolloThread.ts';
import { PlanError, PlanTimeoutError } from './plan.ts';

const sdl = composed(
  Object.fromEntries(
    Object.entries(supergraphs.hard.subgraphs).map(([name, schema]) => [
      name,
      { url: `http://${name}.test/`, sdl: schema },
    ]),
  ),
);
const thread = createApolloThread(sdl, 60_000);
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

test('gives up what it would be busy with for ever, and plans what waited behind it', async () => {
  // Types behind an interface object, again and again, each time deferred.
  const deeper = (inner: string): string => `devices { ... @defer { owner { email ${inner} ... on User { role } } } }`;
  const endless = `{ latest { ${Array.from({ length: 6 }).reduce<string>(deeper, 'id')} } }`;
  const hasty = createApolloThread(sdl, 3_000);
  const [stuck, behind] = await Promise.allSettled([hasty.plan(endless, []), hasty.plan('{ me { id } }', [])]);
  await hasty.close();
  expect(stuck).toMatchObject({ status: 'rejected', reason: expect.any(PlanTimeoutError) });
  expect(stuck).toMatchObject({ reason: { message: 'The operation could not be planned within 3000 ms.' } });
  expect(behind).toMatchObject({ value: { node: { kind: 'Fetch' } } });
});

test('gives up when it is closed, and plans again when it is asked again', async () => {
  const given = thread.plan('{ me { id } }', []);
  const ended = expect(given).rejects.toThrow('The planner ended.');
  await thread.close();
  await ended;
  expect((await thread.plan('{ me { id } }', [])).node?.kind).toBe('Fetch');
});

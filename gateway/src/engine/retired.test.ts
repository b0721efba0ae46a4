import { expect, test } from '@jest/globals';
import { eventually } from '@supergraph/testing';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createFederation } from '../../test/differential/createFederation.ts';
import { startEngine } from '../../test/differential/engines.ts';
import { supergraphs } from '../../test/differential/schemas.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('an engine that serves no more is let go, with all that was planned and compiled for it', async () => {
  const federation = createFederation(supergraphs.hard.subgraphs);
  const serveAndStop = async (): Promise<WeakRef<object>> => {
    const engine = await startEngine('compiled', federation);
    // The second one is planned by Apollo's planner, which has a thread.
    for (const query of ['{ me { name reviews { product { name } } } }', '{ latest { name lastSeen } }']) {
      expect(await engine.ask(query, {})).toHaveProperty('data');
    }
    await engine.stop();
    return new WeakRef(engine.schema);
  };
  const retired = [await serveAndStop(), await serveAndStop(), await serveAndStop()];
  // What was looked at in a turn of the event loop lives until its end.
  await eventually(() => {
    collectGarbage();
    expect(retired.filter((schema) => schema.deref() !== undefined)).toHaveLength(0);
  });
});

import { expect, test } from '@jest/globals';
import { createLogger } from '@supergraph/service-kit';
import { createFederation } from '../../../test/differential/createFederation.ts';
import { generateOperation } from '../../../test/differential/generateOperation.ts';
import { supergraphs } from '../../../test/differential/schemas.ts';
import { createPlanner } from './createPlanner.ts';

test('an operation that would keep the planners busy for too long is refused with a code and the limit', async () => {
  const { api, supergraphSdl } = createFederation(supergraphs.library.subgraphs);
  // Hive's planner does not plan it, and Apollo's takes seconds.
  const { query } = generateOperation(api, 241);
  const planner = createPlanner(supergraphSdl, api, createLogger({ service: 'test', level: 'silent' }), 0.01);
  await expect(planner.plan(query, 50)).rejects.toMatchObject({
    code: 'OPERATION_TOO_COMPLEX',
    details: { limit: 0.01 },
  });
  await planner.close();
});

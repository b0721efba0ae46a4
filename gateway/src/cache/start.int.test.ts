import { expect, test } from '@jest/globals';
import { eventually, testBackingServices, testNamespace } from '@supergraph/testing';
import { startLibrary } from '../../test/library.ts';
import { composed, startTestGateway } from '../../test/startTestGateway.ts';

test('a gateway that starts asks Redis nothing before it is connected, and uses its cache from then on', async () => {
  const library = await startLibrary();
  const gateway = await startTestGateway(composed(library), {
    engine: 'compiled',
    redisUrl: testBackingServices().redisUrl,
    namespace: testNamespace('cache start'),
  });
  try {
    await eventually(async () => expect((await gateway.post({ query: '{ authors { name } }' })).status).toBe(200));
    const asked = gateway.lines.filter((line) => JSON.stringify(line).includes("Stream isn't writeable"));
    expect(asked).toEqual([]);
  } finally {
    await gateway.close();
    for (const subgraph of Object.values(library)) await subgraph.close();
  }
});

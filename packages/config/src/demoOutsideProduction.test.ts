import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { demoOutsideProduction } from './demoOutsideProduction.ts';
import { flag, nodeEnv } from './fields.ts';
import { readConfig } from './readConfig.ts';

const schema = z.object({ NODE_ENV: nodeEnv(), DEMO_DATA: flag(false) }).refine(...demoOutsideProduction);

test('demo data is refused in production, with what to set, and nowhere else', () => {
  expect(() => readConfig(schema, { NODE_ENV: 'production', DEMO_DATA: 'true' })).toThrow(
    /^DEMO_DATA: true .* refused in production; set false, or NODE_ENV=development/,
  );
  expect(readConfig(schema, { DEMO_DATA: 'true' })).toMatchObject({ DEMO_DATA: true });
  expect(readConfig(schema, { NODE_ENV: 'production' })).toMatchObject({ DEMO_DATA: false });
});

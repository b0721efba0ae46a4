import { logLevel, readConfig } from '@supergraph/config';
import { z } from 'zod';

/** What the frame of a service needs before the service has read its own configuration. */
export const loadFrameConfig = (): { LOG_LEVEL: string } =>
  // A wrong level must not hide the service's own, complete list of problems.
  readConfig(z.object({ LOG_LEVEL: logLevel().catch('info') }), process.env);

/** `node --import <this file> some/src/main.ts` runs a workspace's program from source. */
import { register } from 'node:module';

register('./sourceHooks.mjs', import.meta.url);

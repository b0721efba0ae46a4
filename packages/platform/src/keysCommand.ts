import { readPlatformConfig } from './config.ts';
import { localKeys } from './keys.ts';
import { demoTokens } from './welcome.ts';

/** `node keysCommand.js <dir>`: the keys of a docker-compose installation, and tokens for its demo accounts. */
const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error('Usage: node keysCommand.js <dir>');
const { issuer, audience } = readPlatformConfig();
console.log(demoTokens({ keys: localKeys(dir), issuer, audience, now: Math.floor(Date.now() / 1000) }).join('\n'));

import { localKeys } from './keys.ts';
import { demoSignIns } from './welcome.ts';

/** `node keysCommand.js <dir>`: the keys of a docker-compose installation, and what its demo accounts sign in with. */
const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error('Usage: node keysCommand.js <dir>');
localKeys(dir);
console.log(demoSignIns().join('\n'));

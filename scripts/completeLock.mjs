/** Adds to package-lock.json what a registry mirror kept from npm; see platformPackages.mjs. Run `npm install` after it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { missingPlatformPackages } from './platformPackages.mjs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingPlatformPackages(lock.packages);
lock.packages = Object.fromEntries(
  Object.entries({ ...lock.packages, ...missing }).sort(([one], [other]) => one.localeCompare(other, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${Object.keys(missing).length} packages.`);
